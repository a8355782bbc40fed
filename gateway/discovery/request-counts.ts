/** `/metrics`: what the door has counted, in Prometheus's text form. */

/** What one request was, as the labels of `apiserver_request_total` have it. */
export interface CountedRequest {
  /** In capitals: `GET`, `LIST`, `WATCH`, `POST`, `PUT`, `PATCH`, `DELETE`, `DELETECOLLECTION`, `CONNECT`. */
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  /** `cluster`, `namespace`, `resource`; empty for what is about no resource. */
  readonly scope: string;
  readonly isDryRun: boolean;
  readonly code: number;
}

/** Figures that are looked up when they are asked for. */
export interface MeasuredFigures {
  /** How many objects of each resource are stored, by group-resource: `pods`, `leases.coordination.k8s.io`. */
  readonly storedObjects: ReadonlyMap<string, number>;
  /** Watches that are open, by group-resource. */
  readonly openWatches: ReadonlyMap<string, number>;
  readonly residentMemoryBytes: number;
  readonly cpuSeconds: number;
  /** Seconds since the Unix epoch. */
  readonly startTimeSeconds: number;
}

/** Seconds; apiserver's own buckets of request durations. */
const durationBuckets = [
  0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60,
];

interface Durations {
  readonly counts: number[];
  count: number;
  sum: number;
}

/** What was counted of requests that were all alike. */
interface Series {
  readonly request: CountedRequest;
  total: number;
  /** Undefined for what is no measure of how fast answers come. */
  readonly durations: Durations | undefined;
}

/** Counts requests. One of it belongs to a door. */
export class RequestCounts {
  readonly #series = new Map<string, Series>();

  /** Counts a request that has been answered; a watch is no measure of how fast answers come. */
  add(request: CountedRequest, durationSeconds: number): void {
    const { verb, group, version, resource, subresource, scope, isDryRun, code } = request;
    const key = `${code} ${verb} ${group} ${version} ${resource} ${subresource} ${scope} ${isDryRun}`;
    const known = this.#series.get(key);
    const series = known ?? { request, total: 0, durations: durationsOf(verb) };
    if (known === undefined) this.#series.set(key, series);
    series.total++;
    if (series.durations !== undefined) observe(series.durations, durationSeconds);
  }

  /** Writes all figures. */
  text(figures: MeasuredFigures): string {
    return [
      family('apiserver_longrunning_requests', 'gauge', 'Open watches, by resource.', byResource(figures.openWatches)),
      histogram('apiserver_request_duration_seconds', 'How long answers took, in seconds.', this.#durations()),
      family('apiserver_request_total', 'counter', 'Answered requests.', this.#totals()),
      family('apiserver_storage_objects', 'gauge', 'Stored objects, by resource.', byResource(figures.storedObjects)),
      single('process_cpu_seconds_total', 'counter', 'CPU time spent, in seconds.', figures.cpuSeconds),
      single('process_resident_memory_bytes', 'gauge', 'Resident memory, in bytes.', figures.residentMemoryBytes),
      single(
        'process_start_time_seconds',
        'gauge',
        'When the process began, since the epoch.',
        figures.startTimeSeconds,
      ),
    ].join('');
  }

  #totals(): ReadonlyMap<string, number> {
    const totals = [...this.#series.values()].map(({ request, total }): [string, number] => [
      labels({ ...labelsOf(request), code: String(request.code) }),
      total,
    ]);
    return new Map(totals);
  }

  /** Of all codes together. */
  #durations(): ReadonlyMap<string, Durations> {
    const all = new Map<string, Durations>();
    for (const { request, durations } of this.#series.values()) {
      if (durations === undefined) continue;
      const key = labels(labelsOf(request));
      const known = all.get(key);
      all.set(key, known === undefined ? durations : together(known, durations));
    }
    return all;
  }
}

function labelsOf({ verb, group, version, resource, subresource, scope, isDryRun }: CountedRequest) {
  const dryRun = isDryRun ? 'All' : '';
  return { component: 'apiserver', dry_run: dryRun, group, resource, scope, subresource, verb, version };
}

function durationsOf(verb: string): Durations | undefined {
  if (verb === 'WATCH' || verb === 'CONNECT') return undefined;
  return { counts: durationBuckets.map(() => 0), count: 0, sum: 0 };
}

function observe(durations: Durations, seconds: number): void {
  const bucket = durationBuckets.findIndex((limit) => seconds <= limit);
  if (bucket >= 0) durations.counts[bucket] = (durations.counts[bucket] ?? 0) + 1;
  durations.count++;
  durations.sum += seconds;
}

function together(a: Durations, b: Durations): Durations {
  return {
    counts: a.counts.map((count, at) => count + (b.counts[at] ?? 0)),
    count: a.count + b.count,
    sum: a.sum + b.sum,
  };
}

function byResource(figures: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  return new Map([...figures].map(([resource, figure]) => [labels({ resource }), figure]));
}

function labels(pairs: Readonly<Record<string, string>>): string {
  return Object.entries(pairs)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}="${value.replace(/[\\"\n]/g, escaped)}"`)
    .join(',');
}

function escaped(character: string): string {
  return character === '\n' ? '\\n' : `\\${character}`;
}

function family(name: string, type: string, help: string, series: ReadonlyMap<string, number>): string {
  const lines = [...series].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => `${name}{${key}} ${value}\n`);
  return lines.length === 0 ? '' : `${head(name, type, help)}${lines.join('')}`;
}

function single(name: string, type: string, help: string, value: number): string {
  return `${head(name, type, help)}${name} ${value}\n`;
}

function histogram(name: string, help: string, series: ReadonlyMap<string, Durations>): string {
  const parts = [...series].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => histogramLines(name, key, one));
  return parts.length === 0 ? '' : `${head(name, 'histogram', help)}${parts.join('')}`;
}

function histogramLines(name: string, key: string, { counts, count, sum }: Durations): string {
  let soFar = 0;
  const buckets = durationBuckets.map((limit, at) => {
    soFar += counts[at] ?? 0;
    return `${name}_bucket{${key},le="${limit}"} ${soFar}\n`;
  });
  const last = `${name}_bucket{${key},le="+Inf"} ${count}\n`;
  return `${buckets.join('')}${last}${name}_sum{${key}} ${sum}\n${name}_count{${key}} ${count}\n`;
}

function head(name: string, type: string, help: string): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
}
