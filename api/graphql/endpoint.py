"""GraphQL over HTTP: the endpoint /graphql."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import perf_counter

from starlette.types import Receive, Scope, Send

from api.graphql.explain import NO_TIMING, Inspection, ServerTiming, inspected, inspection_options
from api.graphql.pipeline import OperationPipeline, Requester
from api.http.errors import ClientGone
from api.http.headers import Headers, read_headers
from api.http.negotiation import ResponseFormat, negotiate
from api.http.request import read_request
from api.http.responses import HttpResponse, compressed, data_response, error_response
from api.http.root_page import ROOT_PAGE, is_browser_visit, leading_to
from api.limits.rate_limiter import address_key
from api.messages import message
from api.metrics.registry import RequestStats
from planner.errors import NotAcceptable


@dataclass
class GraphQLEndpoint:
    """The ASGI application at /graphql."""

    pipeline: OperationPipeline
    min_compressed_bytes: int
    """Responses from this size on are compressed; 0 for none."""
    development: bool = False
    page: str = ROOT_PAGE
    """Where a person who opens the address in a browser is led."""
    requests: RequestStats = field(default_factory=RequestStats)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond, also to errors; a client that has disconnected gets no response."""
        began = perf_counter()
        headers = read_headers(scope)
        response_format = negotiate(
            headers.get(b"accept"), headers.get(b"accept-language"), self.pipeline.default_language
        )
        try:
            response = await self.answer(scope, headers, response_format, receive)
        except ClientGone:
            return
        except Exception as error:
            client_error = await self.pipeline.client_error(error, headers)
            response = error_response(client_error, response_format, b"authorization" in headers)
        if 0 < self.min_compressed_bytes <= len(response.body) and b"accept-encoding" in headers:
            response = await compressed(response, headers[b"accept-encoding"])
        self.requests.count(response.status, perf_counter() - began)
        await response.send(send)

    async def answer(
        self, scope: Scope, headers: Headers, response_format: ResponseFormat, receive: Receive
    ) -> HttpResponse:
        """A request's stages: authenticate, read, prepare, execute, respond."""
        if is_browser_visit(scope["method"], scope["query_string"], headers):
            return leading_to(self.page)
        pipeline = self.pipeline
        timing = ServerTiming(pipeline.engine) if self.development else NO_TIMING
        viewer = await pipeline.authenticate(scope, headers)
        require_acceptable(response_format)
        timing.ended("viewer")
        params = await read_request(scope, headers, receive, pipeline.request_limits)
        extensions = params.extensions
        options = inspection_options(extensions, development=self.development) if extensions else None
        timing.ended("request")
        prepared = await pipeline.prepare(params, viewer, lambda: address_key(scope))
        timing.ended("operation")
        authorization = headers.get(b"authorization")
        requester = Requester(authorization, viewer, response_format.language)
        body, execution = await pipeline.execute(prepared, requester, receive, timing)
        response = data_response(response_format, authorization is not None, body)
        if options is None:
            return response
        cost = execution.split.cost.total.evaluate(prepared.variables)
        inspection = Inspection(timing, cost, pipeline.engine.max_cost, execution.statement)
        assert pipeline.database is not None
        return await inspected(response, options, inspection, pipeline.database)


def require_acceptable(response_format: ResponseFormat) -> None:
    if not response_format.acceptable:
        raise NotAcceptable(message("http.accept_json"))
