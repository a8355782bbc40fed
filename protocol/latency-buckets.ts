/** Latencies counted in buckets a tenth wide, so that many measurements stay few numbers. */

/** The upper end of bucket 0, in ms. */
const firstMs = 0.1;
const growth = Math.log(1.1);

/** Gives the bucket a latency falls in; bucket n ends at 0.1 ms * 1.1^n. */
export function latencyBucket(ms: number): number {
  return ms <= firstMs ? 0 : Math.ceil(Math.log(ms / firstMs) / growth);
}

/** Gives the upper end of a bucket in ms. */
export function bucketEndMs(bucket: number): number {
  return firstMs * Math.exp(bucket * growth);
}

/** Gives the latency in ms that a share (0 to 1) of the measurements does not exceed; NaN where there are none. */
export function quantileMs(buckets: Readonly<Record<number, number>>, share: number): number {
  const counts = Object.entries(buckets).map(([bucket, count]) => [Number(bucket), count] as const);
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  let seen = 0;
  for (const [bucket, count] of counts.sort(([a], [b]) => a - b)) {
    seen += count;
    if (seen >= share * total) return bucketEndMs(bucket);
  }
  return Number.NaN;
}
