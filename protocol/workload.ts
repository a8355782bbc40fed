/** What a business program does: the part of a container image that a simulation needs to know. */

/** A call a program makes while it answers a request: to another Service by name, through DNS. */
export interface Dependency {
  /** A host and port as the program would write it: `redis-master:6379`, `127.0.0.1:8080`, `$(REDIS_HOST):6379`. */
  target: string;
  /** Paths of the program's own requests that make this call (prefix); absent: all. */
  onPath?: string;
  /** ms it waits before the call counts as failed; 1,000 unless told. */
  timeoutMs?: number;
  /** Fails the program's own answer (with 502) when the call fails; true unless told. */
  required?: boolean;
}

/** A line a program says by itself. */
export interface Saying {
  line: string;
  /** ms from its start, 0 unless told; and between two of them: once unless told. */
  afterMs?: number;
  everyMs?: number;
  stream?: 'stdout' | 'stderr';
}

/** A program that a container runs. All times in ms, CPU in millicores, memory in bytes. */
export interface Workload {
  /** From the process's start until it listens; 500 unless told. */
  startupMs?: number;
  /** Ports it listens on; the container's declared ports unless told. */
  ports?: readonly number[];
  /** Mean wall time of an answer beyond its CPU work and its dependencies; 5 unless told. Exponentially distributed. */
  latencyMs?: number;
  /** CPU time one request needs, in core-milliseconds; 1 unless told. Takes longer where the limit throttles it. */
  cpuMsPerRequest?: number;
  /** CPU used while idle; 1 unless told. */
  idleCpuMilli?: number;
  memoryBytes?: number;
  memoryBytesPerRequest?: number;
  /** Memory that grows while it runs, per second: a leak. */
  memoryGrowthBytesPerSecond?: number;
  /** Share of requests answered with 500, from 0 to 1. */
  errorRate?: number;
  /** Requests handled at once; more wait. Unlimited unless told. */
  concurrency?: number;
  /** Ends by itself after this long, with `exitCode`: a job, or a crash. Never unless told. */
  exitAfterMs?: number;
  exitCode?: number;
  /** From SIGTERM to exit; 10 unless told. More than the grace period means SIGKILL. */
  shutdownMs?: number;
  /** Answers probes of these paths (or exec probes whose command contains the text) with failure, in a span of its life. */
  failProbes?: readonly { match: string; fromMs?: number; untilMs?: number }[];
  dependencies?: readonly Dependency[];
  /** What it says by itself, beside its start and end, the requests it serves and what fails meanwhile. */
  says?: readonly Saying[];
}

/** One image in the registry's catalogue. */
export interface ImageEntry {
  /** What it matches: a whole reference, a repository without tag, or a pattern with `*`. */
  image: string;
  sizeBytes?: number;
  /** Why it cannot be pulled: `not-found`, `unauthorized`, `unavailable`. */
  failure?: 'not-found' | 'unauthorized' | 'unavailable';
  workload?: Workload;
}
