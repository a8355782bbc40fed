/** The numbers of the trace format. A change here is a change of the format: see docs/trace-format.md. */

/** The format this Troupe writes and reads. */
export const formatVersion = 1;

/** What a value begins with. From `smallInt` on the byte itself is an integer from 0. */
export const tag = {
  undefined: 0,
  null: 1,
  false: 2,
  true: 3,
  integer: 4,
  negative: 5,
  float: 6,
  text: 7,
  list: 8,
  object: 9,
  /** An object whose keys stand beside its values. */
  dictionary: 10,
  /** An object or list that stood in this block before. */
  again: 11,
  map: 12,
  set: 13,
  bytes: 14,
  /** What msgpack knows and we do not: dates, errors, big integers. */
  msgpack: 15,
  smallInt: 0x80,
} as const;

/** Shapes have two bytes; beyond, objects are written as dictionaries. Room is left for those that are half written. */
export const shapesMax = 60_000;

/** Bits of a record's first byte beside its kind. */
export const recordBits = {
  kind: 0x1f,
  /** Another host than that of the record before. */
  host: 0x20,
  /** The time is written as a float, since no number of µs gives it. */
  exactTime: 0x40,
  /** Of `message.delivered` and `message.dropped`: the message stands in this block already. */
  known: 0x80,
} as const;

/** Bits of a message's first byte beside its role. */
export const messageBits = {
  role: 0x07,
  /** `sentAt` is not the record's own time. */
  sentAt: 0x08,
  request: 0x10,
  stream: 0x20,
  /** The cause is what the host's last delivery or timer was. */
  causeIsLast: 0x40,
  /** Comes from outside: it has no cause. */
  noCause: 0x80,
} as const;

/** Bits of the byte after the message of a delivery. */
export const deliveryBits = {
  /** The receiver is not the message's `to`. */
  receiver: 0x01,
  unordered: 0x02,
} as const;

/** Bits of a step's byte. */
export const stepBits = {
  answered: 0x01,
  /** The actor is in the state its record before, in this block, has. */
  sameState: 0x02,
} as const;
