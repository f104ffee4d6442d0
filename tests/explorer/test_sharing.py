"""What is in the editors leaves the page as a command, as code or as a link, and never with a token."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shlex
import shutil
from typing import Any

import httpx
from playwright.async_api import expect

from api.auth import development_tokens
from tests.api.http_clients import bearer, state
from tests.explorer.browser import Visit

QUERY = r"""# it's a `comment` with ${this}, $PUENTE_TOKEN, "quotes" and a \n
query Found($text: String!, $first: Int) {
  search(text: $text, first: $first) { totalCount }
  viewer { grants { role } }
  project(slug: "demo-renewable-grids") { title }
}
query Other { __typename }
"""
TEXT = 'it\'s "energy" `id` ${HOME} $HOME \\ ! % ñ\n\t—'
MUTATION = """query Kind { viewer { kind } }
mutation Note($id: ID!) { archiveProject(input: {id: $id}) { userErrors { code } } }  # it's "ñ"
"""
LIVE = "subscription Live { events(first: 1) { totalCount } }"


async def by_sh(command: str, token: str) -> Any:
    """The answer to the command, with the token where a person sets it; by curl if it is on this machine."""
    if shutil.which("curl") is None:
        return await by_httpx(command, token)
    given = {**os.environ, "PUENTE_TOKEN": token}
    process = await asyncio.create_subprocess_exec(
        "sh", "-c", f"{command} --silent --show-error", env=given, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    assert process.returncode == 0
    return json.loads(output)


async def by_httpx(command: str, token: str) -> Any:
    """The same, read by the rules of sh."""
    words = shlex.split(command.replace("\\\n", ""))
    assert words[0] == "curl"
    pairs = list(zip(words[2::2], words[3::2], strict=True))
    assert {option for option, _ in pairs} == {"--header", "--data-raw"}
    (body,) = (value for option, value in pairs if option == "--data-raw")
    lines = [value.replace("$PUENTE_TOKEN", token) for option, value in pairs if option == "--header"]
    headers = [tuple(line.split(": ", 1)) for line in lines]
    async with httpx.AsyncClient() as client:
        return (await client.post(words[1], content=body.encode(), headers=headers)).json()  # type: ignore[arg-type]


async def by_javascript(visit: Visit, code: str, token: str) -> Any:
    function = f"async $PUENTE_TOKEN => {{ {code}\n return errors ? {{ data, errors }} : {{ data }} }}"
    return await visit.page.evaluate(function, token)


async def test_the_command_and_the_code_get_the_answer_of_the_page(visit: Visit) -> None:
    await visit.view_as("Mentor")
    await visit.as_staff({"X-Note": 'it\'s a "note"', "Accept-Language": "es"})
    await visit.write(QUERY)
    await visit.write(json.dumps({"text": TEXT, "first": 2}), "variables.json")
    await visit.page.get_by_role("button", name="Execute query").click()
    await visit.page.get_by_role("menuitem", name="Found").click()
    await expect(visit.last_response()).to_contain_text("200")
    expected = json.loads(await visit.text("response.json"))
    assert expected["data"]["viewer"] == {"grants": [{"role": "MENTOR"}]}
    assert expected["data"]["project"]["title"].startswith("Energía"), "the typed language, and once"
    command, code = await visit.share("Copy as curl"), await visit.share("Copy as fetch")
    await expect(visit.notice()).to_contain_text("set $PUENTE_TOKEN to it first")
    token = development_tokens.sign("mentor", development_tokens.key(state()))
    for text in (command, code):
        assert "$PUENTE_TOKEN" in text.replace(QUERY.split("\n")[0], "")
        assert "eyJ" not in text
        assert "it's a" in text.replace("'\\''", "'")
    assert await by_sh(command, token) == expected
    assert await by_httpx(command, token) == expected
    assert await by_javascript(visit, code, token) == expected
    await visit.view_as("Public")
    public = await visit.share("Copy as curl")
    assert "authorization" not in public
    assert "set $PUENTE_TOKEN" not in await visit.notice().inner_text()
    assert (await by_sh(public, ""))["data"]["viewer"] == {"grants": []}


async def test_no_token_is_copied_wherever_it_stands(visit: Visit) -> None:
    """Typed under Headers, and pasted into the variables or the operation; keys choose what is copied."""
    token = bearer("mentor")["authorization"].removeprefix("Bearer ")
    key = f"puente_{'0' * 32}_{'f' * 64}"
    await visit.as_staff({"AUTHORIZATION": f"Bearer {key}", "x-other": f"a {token} b"})
    await visit.write(f'query Q($a: String) {{ search(text: "{token}", first: 1) {{ totalCount }} }} # {key}')
    await visit.write(json.dumps({"a": f"{token}x"}), "variables.json")
    for item, keys in (("Copy as curl", []), ("Copy as fetch", ["ArrowDown"])):
        await visit.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        await visit.page.get_by_role("button", name="Copy or share").press("Enter")
        await expect(visit.page.get_by_role("menuitem").first).to_be_focused()
        for one in keys:
            await visit.page.keyboard.press(one)
        await expect(visit.page.get_by_role("menuitem", name=item)).to_be_focused()
        await visit.page.keyboard.press("Enter")
        await expect(visit.page.get_by_role("button", name="Copy or share")).to_be_focused()
        await expect(visit.notice()).to_contain_text("Copied.")
        copied = await visit.page.evaluate("navigator.clipboard.readText()")
        assert token[:20] not in copied
        assert key[:20] not in copied
        assert copied.count("$PUENTE_TOKEN") == 5
        assert copied.startswith({"Copy as curl": "curl ", "Copy as fetch": "const "}[item])
    assert await by_javascript(visit, copied, "x")
    await visit.share("Copy a link")
    await expect(visit.notice()).to_contain_text("contain a token")
    assert "#" not in visit.page.url
    await visit.page.get_by_role("button", name="Close").click()
    await expect(visit.notice()).to_have_count(0)
    await visit.write("{", "variables.json")
    await visit.share("Copy as fetch")
    await expect(visit.notice()).to_contain_text("what is under Variables is not a JSON object")


async def test_a_subscription_is_copied_as_an_event_stream(visit: Visit) -> None:
    await visit.write(LIVE)
    command, code = await visit.share("Copy as curl"), await visit.share("Copy as fetch")
    assert command.startswith(f"curl --no-buffer '{visit.address}/graphql/stream'")
    assert "--header 'accept: text/event-stream'" in command
    reading = code.replace("console.log(text);", "if (text.includes('totalCount')) return text;")
    received = await visit.page.evaluate(f"async () => {{ {reading} }}")
    assert "event: next\ndata: " in received
    await visit.page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    await visit.page.get_by_role("button", name="Copy or share").click()
    await visit.page.get_by_role("menuitem", name="Copy as curl").click()
    await expect(visit.page.get_by_label("does not let this page copy")).to_have_value(command)


async def contents(visit: Visit) -> tuple[str, str, str | None]:
    operation, variables = await visit.text("operation.graphql"), await visit.text("variables.json")
    return operation, variables, await visit.page.get_attribute("html", "lang")


async def test_a_link_restores_everything_and_runs_nothing(visit: Visit) -> None:
    page, variables = visit.page, json.dumps({"id": "project_1", "ñ": "—"})
    await visit.view_as("UC coordinator")
    await visit.language().select_option("es")
    await visit.write(MUTATION)
    await visit.write(variables, "variables.json")
    await page.get_by_role("button", name="Execute query").click()
    await page.get_by_role("menuitem", name="Note").click()
    await expect(visit.last_response()).to_be_visible()
    link = await visit.share("Copiar un enlace")
    assert re.fullmatch(rf"{visit.address}/explorer#share=[\w-]{{50,400}}", link)
    assert page.url == link
    await visit.language().select_option("en")
    await visit.write("{ viewer { kind } }")
    assert page.url == f"{visit.address}/explorer", "the address no longer says what is in the editors"
    await page.wait_for_timeout(600)  # GraphiQL stores what it shows a moment later
    await page.goto("about:blank")
    visit.requests.clear()
    await page.goto(link)
    await visit.until_ready()
    assert await contents(visit) == (MUTATION, variables, "es")
    assert await page.evaluate("localStorage.getItem('puente:language')") == "en", "the reader's own stays"
    await page.wait_for_timeout(300)
    sent = [json.loads(request.post_data or "{}")["query"] for request in visit.sent_requests()]
    assert [query for query in sent if "archiveProject" in query] == []
    assert '"operationName":"Note"' in await visit.share("Copiar como curl")
    assert all("share" not in request.url for request in visit.requests), "a fragment is sent nowhere"
    tabs = await page.locator(".graphiql-tab").count()
    await page.reload()
    await visit.until_ready()
    assert (page.url, await page.locator(".graphiql-tab").count()) == (link, tabs)
    await visit.write("{ __typename }")
    await page.evaluate("link => location.href = link", link)  # into the address of a page that is there
    await expect(page.locator(".graphiql-tab")).to_have_count(tabs + 1)
    assert await contents(visit) == (MUTATION, variables, "es")
    assert page.url == link
    for damaged in (link[:-9], f"{visit.address}/explorer#share=%%%"):
        await page.evaluate("link => location.href = link", damaged)
        await expect(visit.notice()).to_contain_text("Este enlace está dañado")
        assert await contents(visit) == (MUTATION, variables, "es")
        assert page.url == f"{visit.address}/explorer"
        await page.get_by_role("button", name="Cerrar").click()
    many = " ".join(f"a{index:x}: __typename" for index in range(0, 60_000_000, 9973))
    await visit.write(f"{{ {many} }}")
    await visit.share("Copiar un enlace")
    await expect(visit.notice()).to_contain_text(re.compile(r"tendría [\d,]+ caracteres"))
    assert page.url == f"{visit.address}/explorer"
