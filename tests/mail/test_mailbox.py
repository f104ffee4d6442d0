"""In development mails are kept in a folder, and can be read at /mail as text; elsewhere there is no page."""

from __future__ import annotations

from api.composition import mail_folder
from models.base import uuid7
from tests.api.http_clients import codes, reached, settings_for
from tests.mail.harness import GRIDS, office

HERE = {"host": "127.0.0.1:8000"}
ELSEWHERE = (
    {"x-forwarded-for": "8.8.8.8"},
    {"host": "evil.example"},
    {"origin": "https://evil.example"},
    {"sec-fetch-site": "cross-site"},
)
"""What a request has that a proxy passes on, or another site's page sends."""
MARKUP = "update project set title_en = '<script>alert(1)</script>' where slug = :slug"


async def test_mails_can_be_read_and_run_nothing(database_url: str) -> None:
    async with office(database_url, mail_host=None) as one:
        await one.sql(MARKUP, slug=GRIDS)
        await one.act("cancelProject", GRIDS)
        await one.until_done()
        ((id,),) = await one.rows("""
            select n.id from notification n join person p on p.id = n.person_id
            where n.revision > 1 and p.email = 'mentor-02@example.edu'""")
        paths = ("/mail", f"/mail/{id}")
        listed, page = [await one.http.get(path, headers=HERE) for path in paths]
        missing = [
            await one.http.get(path, headers=HERE)
            for path in ("/mail/nothing", "/mail/..%2Fkey", f"/mail/{uuid7()}")
        ]
        refused = [
            await one.http.get(path, headers={**HERE, **foreign}) for path in paths for foreign in ELSEWHERE
        ]
    assert (listed.status_code, page.status_code) == (200, 200)
    assert f'<a href="/mail/{id}">Cancelled: &lt;script&gt;' in listed.text
    assert "mentor-02@example.edu" in listed.text
    assert "text/html" in page.text
    assert "text/plain" in page.text
    for response in (listed, page):
        assert "<script" not in response.text
        assert response.headers["content-security-policy"].startswith("default-src 'none'")
        assert response.headers["x-content-type-options"] == "nosniff"
    assert [response.status_code for response in missing] == [404, 404, 404]
    for response in refused:
        assert (response.status_code, codes(response)) == (403, ["FORBIDDEN"])
        assert "mentor-02" not in response.text


async def test_elsewhere_there_is_none(seeded_url: str) -> None:
    assert mail_folder(settings_for(seeded_url, tokens=False)) is None
    assert mail_folder(settings_for(seeded_url, mail_host="mail.test")) is None
    async with reached(seeded_url, tokens=False) as http:
        assert (await http.get("/mail", headers=HERE)).status_code == 404
