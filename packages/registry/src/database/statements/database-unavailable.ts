/** The database cannot be used now, for a reason without SQLSTATE: no connection, or none free. */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable';
  /** The code of the network or of the driver, such as ECONNREFUSED or CONNECTION_CLOSED. */
  readonly code: string;

  constructor(code: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
