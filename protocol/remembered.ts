/** Working out once what follows from an object that comes again and again. */

/**
 * Makes a function that works out the answer for an object once, and gives it again when the very same object comes back.
 *
 * For what never changes and is shared: all pods of a controller come with one spec. An answer must not be undefined.
 */
export function remembered<Given extends object, Answer>(workOut: (given: Given) => Answer): (given: Given) => Answer {
  const answers = new WeakMap<Given, Answer>();
  return (given) => {
    const known = answers.get(given);
    if (known !== undefined) return known;
    const answer = workOut(given);
    answers.set(given, answer);
    return answer;
  };
}
