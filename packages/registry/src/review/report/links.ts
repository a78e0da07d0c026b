/** Addresses below that of a report, as the pages of the registry read them. */

/** The changes of one cause in a report. */
export function causeLink(reportUrl: string, key: string): string {
  return withQuery(reportUrl, 'cause', key);
}

/** The changes of one kind or level in a report. */
export function filterLink(reportUrl: string, name: 'kind' | 'level', value: string): string {
  return withQuery(reportUrl, name, value);
}

/** One change of a report, by the path that `DriftChange.path` names. */
export function changeLink(reportUrl: string, path: string): string {
  return withQuery(`${reportUrl}/change`, 'path', path);
}

function withQuery(url: string, name: string, value: string): string {
  return `${url}?${new URLSearchParams({ [name]: value.toWellFormed() })}`;
}
