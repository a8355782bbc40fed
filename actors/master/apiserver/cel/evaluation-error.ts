/** What can end the evaluation of an expression. */

/** A value that could not be worked out; `||`, `&&`, `all` and `exists` may go on without it. The message is cel-go's. */
export class EvaluationError extends Error {
  override readonly name = 'EvaluationError';
}

/** Says that no function takes these arguments; it can only come where the types were not known before. */
export function noSuchOverload(): EvaluationError {
  return new EvaluationError('no such overload');
}

/** The evaluation cost more than it may. Nothing goes on after it. */
export class CostExceeded extends Error {
  override readonly name = 'CostExceeded';
  readonly cost: number;

  constructor(cost: number) {
    super('operation cancelled: actual cost limit exceeded');
    this.cost = cost;
  }
}

/** Counts what an evaluation costs, in cel-go's units. */
export class Meter {
  readonly #limit: number;
  #spent = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get spent(): number {
    return this.#spent;
  }

  /** Adds to the cost. @throws CostExceeded */
  spend(cost: number): void {
    this.#spent += cost;
    if (this.#spent > this.#limit) throw new CostExceeded(this.#spent);
  }
}
