/** Disposes of resources at the end, the last one first, including those that are still being created. */
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
      // The step that created it has reported the failure.
      const thing = await making.catch(() => null);
      await thing?.[Symbol.asyncDispose]();
    }
  }
}
