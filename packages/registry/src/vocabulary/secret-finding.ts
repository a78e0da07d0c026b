/** Something in a recording that looks like a secret. */
export interface SecretFinding {
  /** Such as `OpenAI API key` or `header authorization`. Allowances refer to it. */
  kind: string;
  /** JSONPath such as `$.response.body[3].choices[0]`; `line 12` for a file that is not JSON. */
  place: string;
  /** The masked secret: enough to recognise it, too little to use it, such as `sk-pr…9xYz`. */
  masked: string;
}
