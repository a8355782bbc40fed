/** A client's token bucket, as plain data: how long a request must wait to keep to a rate. */

/** A bucket that fills with time; `tokens` below zero are requests already promised. */
export interface TokenBucket {
  readonly qps: number;
  readonly burst: number;
  tokens: number;
  /** ms on the owner's clock when `tokens` was true. */
  updatedAt: number;
}

/** Makes a full bucket: `burst` requests at once, then `qps` per second (`--kube-api-qps`, `--kube-api-burst`). */
export function makeTokenBucket(qps: number, burst: number): TokenBucket {
  return { qps, burst, tokens: burst, updatedAt: Number.NEGATIVE_INFINITY };
}

/** Takes a token and gives the ms its request must wait (0: none); the token is taken either way, as Go's `Reserve`. */
export function takeAt(bucket: TokenBucket, nowMs: number): number {
  refill(bucket, nowMs);
  bucket.tokens -= 1;
  return bucket.tokens >= 0 ? 0 : (-bucket.tokens * 1000) / bucket.qps;
}

/** Takes a token if there is one now; a full bucket is never overdrawn this way. */
export function tryTakeAt(bucket: TokenBucket, nowMs: number): boolean {
  refill(bucket, nowMs);
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

function refill(bucket: TokenBucket, nowMs: number): void {
  const elapsedMs = nowMs - bucket.updatedAt;
  // A clock that jumped back must not take tokens away.
  if (elapsedMs > 0) bucket.tokens = Math.min(bucket.burst, bucket.tokens + (elapsedMs * bucket.qps) / 1000);
  bucket.updatedAt = nowMs;
}
