/** One part of a turn: a text, a tool call, a tool result. */
export interface Part {
  kind: 'text' | 'thinking' | 'refusal' | 'call' | 'result' | 'data';
  /** The tool of a call, or the type of data; otherwise empty. */
  name: string;
  /** The text, or the arguments of a call as indented JSON. */
  text: string;
}

/** Everything one side says or does before the other side's turn. */
export interface Turn {
  who: string;
  parts: Part[];
}

/** A named value outside the conversation, such as a setting or a token count. */
export interface Fact {
  name: string;
  value: string;
}

/** A recorded call as a conversation. All text is untrusted and not escaped. */
export interface Conversation {
  prompt: Turn[];
  /** Fields of the request outside the prompt, such as the temperature. */
  settings: Fact[];
  answer: Turn[];
  /** How the answer ended, and its token usage. */
  outcome: Fact[];
}
