interface Details {
  retryAfter?: number | undefined;
  requestId?: string | undefined;
  reason?: string | undefined;
}

/**
 * Why a request has no data. `code` is one of Puente's error codes, which are stable, or `OFFLINE`: nothing was
 * answered, so that nobody knows whether a mutation was carried out.
 */
export class RequestFailed extends Error {
  override readonly name = "RequestFailed";

  readonly code: string;
  /** Seconds to wait before the next attempt, where the server says so. */
  readonly retryAfter: number | undefined;
  /** Identifies the entry in the server's log. */
  readonly requestId: string | undefined;
  readonly reason: string | undefined;

  constructor(code: string, message: string, details: Details = {}) {
    super(message);
    this.code = code;
    this.retryAfter = details.retryAfter;
    this.requestId = details.requestId;
    this.reason = details.reason;
  }

  /** Whether the same request may succeed later, as it is. */
  get isTemporary(): boolean {
    return TEMPORARY.has(this.code);
  }
}

const TEMPORARY = new Set(["OFFLINE", "UNAVAILABLE", "RATE_LIMITED", "TIMEOUT"]);
