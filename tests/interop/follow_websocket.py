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


def send(event: str, **rest: Any) -> None:
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
                send("connected", again=again)
                if cursor is None:
                    found = await session.execute(gql("{ viewer { roles } changeCursor }"))
                    send("viewer", roles=found["viewer"]["roles"])
                    cursor = found["changeCursor"]
                    try:
                        await session.execute(gql("{ nothing }"))
                    except TransportQueryError as error:
                        errors = error.errors or []
                        send("error", code=errors[0]["extensions"]["code"])
                    send("following")
                request = GraphQLRequest(CHANGES, variable_values={"after": cursor})
                async for found in session.subscribe(request):
                    cursor = found["changes"]["cursor"]
                    send("change", **found["changes"])
                    if found["changes"]["node"]["title"] == "stop":
                        break
                else:
                    continue
                send("completed")
                found = await session.execute(gql("{ __typename }"))
                send("alive", typename=found["__typename"])
                return
        except (TransportError, ConnectionClosed, OSError) as error:
            rcvd = getattr(error.__cause__ or error, "rcvd", None)
            send("closed", code=rcvd.code if rcvd else None, error=type(error).__name__)
            again = True
            await asyncio.sleep(0.1)


asyncio.run(follow(*sys.argv[1:3]))
