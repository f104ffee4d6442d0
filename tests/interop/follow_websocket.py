"""Follows the changes with gql, and says each thing that happens as a line of JSON.

Arguments: address, what the Authorization header would have.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from gql import Client, GraphQLRequest, gql
from gql.transport.exceptions import TransportError, TransportQueryError
from gql.transport.websockets import WebsocketsTransport
from websockets.exceptions import ConnectionClosed

CHANGES = gql(
    """subscription ($after: String) {
        changes(after: $after, types: [PROJECT]) {
            id cursor kind entityId node { ... on Project { title(language: EN) } }
        }
    }"""
)


def say(event: str, **rest: Any) -> None:
    sys.stdout.write(json.dumps({"event": event, **rest}) + "\n")
    sys.stdout.flush()


async def follow(url: str, authorization: str) -> None:
    cursor: str | None = None
    again = False
    while True:
        transport = WebsocketsTransport(
            url,
            init_payload={"authorization": authorization},
            subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
            connect_args={"proxy": None},
        )
        try:
            async with Client(transport=transport) as session:
                say("connected", again=again)
                if cursor is None:
                    found = await session.execute(gql("{ viewer { roles } changeCursor }"))
                    say("viewer", roles=found["viewer"]["roles"])
                    cursor = found["changeCursor"]
                    try:
                        await session.execute(gql("{ nothing }"))
                    except TransportQueryError as error:
                        errors = error.errors or []
                        say("error", code=errors[0]["extensions"]["code"])
                    say("following")
                request = GraphQLRequest(CHANGES, variable_values={"after": cursor})
                async for found in session.subscribe(request):
                    cursor = found["changes"]["cursor"]
                    say("change", **found["changes"])
                    if found["changes"]["node"]["title"] == "stop":
                        break
                else:
                    continue
                say("completed")
                found = await session.execute(gql("{ __typename }"))
                say("alive", typename=found["__typename"])
                return
        except (TransportError, ConnectionClosed, OSError) as error:
            rcvd = getattr(error.__cause__ or error, "rcvd", None)
            say("closed", code=rcvd.code if rcvd else None, error=type(error).__name__)
            again = True
            await asyncio.sleep(0.1)


asyncio.run(follow(*sys.argv[1:3]))
