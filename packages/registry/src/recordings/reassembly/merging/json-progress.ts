/** Follows a JSON object that arrives in pieces of text. Linear in the length of the text. */
export class JsonProgress {
  private depth = 0;
  private isString = false;
  private isEscaped = false;
  private state: 'empty' | 'open' | 'complete' | 'other' = 'empty';

  /** Whether nothing but white space arrived. */
  get isEmpty(): boolean {
    return this.state === 'empty';
  }

  /** Whether one complete object arrived, and only white space after it. */
  get isComplete(): boolean {
    return this.state === 'complete';
  }

  add(piece: string): void {
    for (let at = 0; at < piece.length && this.state !== 'other'; at += 1) this.next(piece[at] ?? '');
  }

  private next(character: string): void {
    if (this.isString) this.nextInString(character);
    else if (' \t\r\n'.includes(character)) return;
    else if (this.state !== 'open') {
      // Anything but one object: another value, or more text after the object.
      this.state = this.state === 'empty' && character === '{' ? 'open' : 'other';
      this.depth = 1;
    } else if (character === '"') this.isString = true;
    else if (character === '{' || character === '[') this.depth += 1;
    else if (character === '}' || character === ']') {
      this.depth -= 1;
      if (this.depth === 0) this.state = 'complete';
    }
  }

  private nextInString(character: string): void {
    if (this.isEscaped) this.isEscaped = false;
    else if (character === '\\') this.isEscaped = true;
    else if (character === '"') this.isString = false;
  }
}
