/** A piece of what somebody said or did. */
export interface Part {
  kind: 'text' | 'thinking' | 'refusal' | 'call' | 'result' | 'data';
  /** Of a call, its tool; of data, what it is; else empty. */
  name: string;
  /** What was said; of a call, its arguments laid out as JSON. */
  text: string;
}

/** What one side said or did before the other had its turn. */
export interface Turn {
  who: string;
  parts: Part[];
}

/** Something that is known beside what was said. */
export interface Fact {
  name: string;
  value: string;
}

/** A recorded call as a person reads it. All text is the recording's own: whoever shows it must escape it. */
export interface Conversation {
  prompt: Turn[];
  /** Fields of the request that are no part of the prompt, such as the temperature. */
  settings: Fact[];
  answer: Turn[];
  /** How the answer ended and what it cost. */
  outcome: Fact[];
}
