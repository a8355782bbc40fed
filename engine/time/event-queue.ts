/** The queue of everything yet to happen, in one total order: (time, the sender's key, the sender's own count). */

/** Who puts an event in the queue; its key is a hash of its address, so the order depends on no host and no insertion. */
export interface Sender {
  readonly key: number;
  readonly address: string;
}

/** µs per far bucket: longer than a message travels, shorter than nearly every timer. */
const bucketUs = 65_536;

/**
 * A priority queue in two parts: what is due soon lies in a 4-ary heap, the rest unsorted in buckets by time.
 *
 * A bucket is poured into the heap when its time comes, so a hundred thousand waiting timers cost the messages nothing,
 * and cancelling one of them is the removal of an unsorted element. Events live in slots of parallel arrays; a slot's
 * number is the event's handle, good until the event is taken or cancelled.
 */
export class EventQueue<What extends object, Whom> {
  /** µs; of the event taken last. */
  time = 0;
  what: What | undefined;
  whom: Whom | undefined;

  private slotTime = new Float64Array(1024);
  private slotKey = new Float64Array(1024);
  private slotCount = new Float64Array(1024);
  /** Its index in its bucket; -1 when it is in the heap. */
  private slotIndex = new Int32Array(1024);
  private slotSender: (Sender | undefined)[] = [];
  private slotWhat: (What | undefined)[] = [];
  private slotWhom: (Whom | undefined)[] = [];
  private free: number[] = [];
  private slots = 0;
  private living = 0;

  private heapTime = new Float64Array(1024);
  private heapSlot = new Int32Array(1024);
  private heapSize = 0;
  /** µs; everything before it is in the heap. */
  private nearEnd = bucketUs;

  private buckets = new Map<number, number[]>();
  /** The numbers of the buckets, as a binary heap. */
  private order: number[] = [];
  private spare: number[][] = [];

  /** How many events wait, those cancelled not counted. */
  get size(): number {
    return this.living;
  }

  /** Adds an event and gives its handle. `count` must differ between two events of one sender at one time. */
  push(timeUs: number, sender: Sender, count: number, what: What, whom: Whom): number {
    const slot = this.takeSlot();
    this.slotTime[slot] = timeUs;
    this.slotKey[slot] = sender.key;
    this.slotCount[slot] = count;
    this.slotSender[slot] = sender;
    this.slotWhat[slot] = what;
    this.slotWhom[slot] = whom;
    this.living++;
    if (timeUs < this.nearEnd) this.pushHeap(timeUs, slot);
    else this.pushBucket(timeUs, slot);
    return slot;
  }

  /** Takes an event out before its time; its handle must still be good. */
  cancel(slot: number): void {
    this.living--;
    this.slotWhat[slot] = undefined;
    const index = this.slotIndex[slot] as number;
    if (index < 0) return; // It leaves the heap when it comes to the top.
    const bucket = this.buckets.get(Math.floor((this.slotTime[slot] as number) / bucketUs)) as number[];
    const last = bucket.pop() as number;
    if (last !== slot) {
      bucket[index] = last;
      this.slotIndex[last] = index;
    }
    this.freeSlot(slot);
  }

  /** The time of a waiting event, by its handle. */
  timeOf(slot: number): number {
    return this.slotTime[slot] as number;
  }

  /** The time of the next event; Infinity when there is none. */
  nextTime(): number {
    for (;;) {
      if (this.heapSize === 0 && !this.pour()) return Number.POSITIVE_INFINITY;
      if (this.heapSize === 0) continue;
      if (this.slotWhat[this.heapSlot[0] as number] !== undefined) return this.heapTime[0] as number;
      this.freeSlot(this.popHeap());
    }
  }

  /** Takes the next event, into `time`, `what` and `whom`; false when there is none. */
  pop(): boolean {
    if (this.nextTime() === Number.POSITIVE_INFINITY) return false;
    const slot = this.popHeap();
    this.time = this.slotTime[slot] as number;
    this.what = this.slotWhat[slot];
    this.whom = this.slotWhom[slot];
    this.living--;
    this.freeSlot(slot);
    return true;
  }

  /** Tells of every event that waits, in no order. */
  visit(see: (timeUs: number, what: What, whom: Whom) => void): void {
    for (let slot = 0; slot < this.slots; slot++) {
      const what = this.slotWhat[slot];
      if (what !== undefined) see(this.slotTime[slot] as number, what, this.slotWhom[slot] as Whom);
    }
  }

  private takeSlot(): number {
    const slot = this.free.pop();
    if (slot !== undefined) return slot;
    if (this.slots === this.slotTime.length) this.growSlots();
    return this.slots++;
  }

  private freeSlot(slot: number): void {
    this.slotWhat[slot] = undefined;
    this.slotWhom[slot] = undefined;
    this.slotSender[slot] = undefined;
    this.free.push(slot);
  }

  private growSlots(): void {
    const size = this.slotTime.length * 2;
    this.slotTime = grown(this.slotTime, new Float64Array(size));
    this.slotKey = grown(this.slotKey, new Float64Array(size));
    this.slotCount = grown(this.slotCount, new Float64Array(size));
    this.slotIndex = grown(this.slotIndex, new Int32Array(size));
  }

  private before(aTime: number, a: number, bTime: number, b: number): boolean {
    if (aTime !== bTime) return aTime < bTime;
    const aKey = this.slotKey[a] as number;
    const bKey = this.slotKey[b] as number;
    if (aKey !== bKey) return aKey < bKey;
    const aSender = this.slotSender[a] as Sender;
    const bSender = this.slotSender[b] as Sender;
    if (aSender !== bSender && aSender.address !== bSender.address) return aSender.address < bSender.address;
    return (this.slotCount[a] as number) < (this.slotCount[b] as number);
  }

  private pushHeap(time: number, slot: number): void {
    if (this.heapSize === this.heapTime.length) {
      this.heapTime = grown(this.heapTime, new Float64Array(this.heapSize * 2));
      this.heapSlot = grown(this.heapSlot, new Int32Array(this.heapSize * 2));
    }
    const { heapTime, heapSlot } = this;
    this.slotIndex[slot] = -1;
    let at = this.heapSize++;
    while (at > 0) {
      const up = (at - 1) >> 2;
      const upTime = heapTime[up] as number;
      const upSlot = heapSlot[up] as number;
      if (!this.before(time, slot, upTime, upSlot)) break;
      heapTime[at] = upTime;
      heapSlot[at] = upSlot;
      at = up;
    }
    heapTime[at] = time;
    heapSlot[at] = slot;
  }

  private popHeap(): number {
    const { heapTime, heapSlot } = this;
    const top = heapSlot[0] as number;
    const size = --this.heapSize;
    if (size === 0) return top;
    const time = heapTime[size] as number;
    const slot = heapSlot[size] as number;
    let at = 0;
    for (;;) {
      const first = at * 4 + 1;
      if (first >= size) break;
      const end = Math.min(first + 4, size);
      let least = first;
      let leastTime = heapTime[first] as number;
      let leastSlot = heapSlot[first] as number;
      for (let i = first + 1; i < end; i++) {
        const iTime = heapTime[i] as number;
        const iSlot = heapSlot[i] as number;
        if (!this.before(iTime, iSlot, leastTime, leastSlot)) continue;
        least = i;
        leastTime = iTime;
        leastSlot = iSlot;
      }
      if (!this.before(leastTime, leastSlot, time, slot)) break;
      heapTime[at] = leastTime;
      heapSlot[at] = leastSlot;
      at = least;
    }
    heapTime[at] = time;
    heapSlot[at] = slot;
    return top;
  }

  private pushBucket(time: number, slot: number): void {
    const number = Math.floor(time / bucketUs);
    let bucket = this.buckets.get(number);
    if (bucket === undefined) {
      bucket = this.spare.pop() ?? [];
      this.buckets.set(number, bucket);
      pushLeast(this.order, number);
    }
    this.slotIndex[slot] = bucket.length;
    bucket.push(slot);
  }

  /** Empties the earliest bucket into the heap; false when there is none. */
  private pour(): boolean {
    const number = popLeast(this.order);
    if (number === undefined) return false;
    const bucket = this.buckets.get(number) as number[];
    this.buckets.delete(number);
    this.nearEnd = (number + 1) * bucketUs;
    for (const slot of bucket) this.pushHeap(this.slotTime[slot] as number, slot);
    if (bucket.length < 4096 && this.spare.length < 64) {
      bucket.length = 0;
      this.spare.push(bucket);
    }
    return true;
  }
}

function grown<Numbers extends Float64Array | Int32Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
}

function pushLeast(heap: number[], value: number): void {
  let at = heap.length;
  heap.push(value);
  while (at > 0) {
    const up = (at - 1) >> 1;
    const upValue = heap[up] as number;
    if (upValue <= value) break;
    heap[at] = upValue;
    at = up;
  }
  heap[at] = value;
}

function popLeast(heap: number[]): number | undefined {
  const top = heap[0];
  const value = heap.pop();
  if (value === undefined || heap.length === 0) return top;
  let at = 0;
  for (;;) {
    let down = at * 2 + 1;
    if (down >= heap.length) break;
    if (down + 1 < heap.length && (heap[down + 1] as number) < (heap[down] as number)) down++;
    if ((heap[down] as number) >= value) break;
    heap[at] = heap[down] as number;
    at = down;
  }
  heap[at] = value;
  return top;
}
