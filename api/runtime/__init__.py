"""What a running application does beside answering: health, impact figures, instruments."""
