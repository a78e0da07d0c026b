/** The label with which a reviewer accepts the drift of a pull request. */
export const ACCEPT_LABEL = 'fixtures-accepted';
