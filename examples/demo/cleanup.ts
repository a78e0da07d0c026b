/** Puts things away at the end, the last one first; also what is still being made when the end comes early. */
export class Cleanup implements AsyncDisposable {
  readonly #things: Promise<AsyncDisposable>[] = [];
  #over = false;

  async keep<Thing extends AsyncDisposable>(making: Promise<Thing>): Promise<Thing> {
    this.#things.push(making);
    const thing = await making;
    if (this.#over) {
      await thing[Symbol.asyncDispose]();
      throw new Error('the demo is over');
    }
    return thing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over = true;
    for (const making of this.#things.reverse()) {
      // What failed to be made was told already, and is not there to be put away.
      const thing = await making.catch(() => null);
      await thing?.[Symbol.asyncDispose]();
    }
  }
}
