"""Which fields of research belong to a field of study (ISCED-F 2013)."""

from __future__ import annotations

from collections.abc import Mapping

from models.vocabulary import ResearchField as Field

RESEARCH_FIELDS: Mapping[str, tuple[Field, ...]] = {
    "01": (Field.EDUCATION,),
    "02": (Field.ARTS_AND_HUMANITIES,),
    "03": (Field.SOCIAL_SCIENCES,),
    "0311": (Field.ECONOMICS,),
    "041": (Field.ECONOMICS,),
    "042": (Field.SOCIAL_SCIENCES,),
    "051": (Field.LIFE_SCIENCES,),
    "052": (Field.CLIMATE, Field.NATURAL_RESOURCES),
    "053": (Field.PHYSICAL_SCIENCES,),
    "0532": (Field.CLIMATE,),
    "054": (Field.PHYSICAL_SCIENCES,),
    "06": (Field.TECHNOLOGY,),
    "07": (Field.ENGINEERING,),
    "0713": (Field.ENERGY,),
    "0714": (Field.TECHNOLOGY,),
    "0716": (Field.TRANSPORT,),
    "08": (Field.AGRICULTURE,),
    "082": (Field.NATURAL_RESOURCES,),
    "083": (Field.NATURAL_RESOURCES,),
    "09": (Field.HEALTH,),
    "0923": (Field.SOCIAL_SCIENCES, Field.MIGRATION),
    "104": (Field.TRANSPORT,),
}
"""The beginning of a code → the fields of research that all codes with it belong to; several may apply."""
