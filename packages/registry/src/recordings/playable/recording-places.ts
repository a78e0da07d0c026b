const RECORDINGS = 'recordings';
const COMMON = `common/${RECORDINGS}`;

/** The folder of the file in a test id such as `tests/a/test_b.py::test_c`; null when the id names no file. */
export function testFolder(testId: string): string | null {
  const end = testId.indexOf('::');
  if (end <= 0) return null;
  return testId.slice(0, Math.max(testId.lastIndexOf('/', end), 0));
}

/**
 * The folders in which a recorder looks for the recordings of a test, first place first: the one beside the
 * test's file, then `common/recordings` of each folder that may be the root of the test suite.
 */
export function placesOfTest(folder: string): string[] {
  const places = [joined(folder, RECORDINGS)];
  for (let root = folder; ; root = parent(root)) {
    places.push(joined(root, COMMON));
    if (root === '') return places;
  }
}

/**
 * Whether a folder is one of the places of a test. The test ids of a project in a subfolder of the repository
 * begin below that subfolder, so any folder may precede a place.
 */
export function isPlaceOfTest(folder: string, testFolderOfId: string): boolean {
  return placesOfTest(testFolderOfId).some((place) =>
    // Without a folder of its own, `common/recordings` would match in every suite.
    place === COMMON ? folder === COMMON : endsWithFolder(folder, place),
  );
}

/**
 * Whether a folder is `recordings` in a folder that contains the test's: one for all tests, where a recorder
 * of another project may look.
 */
export function isPlaceAbove(folder: string, testFolderOfId: string): boolean {
  for (let above = testFolderOfId; above !== ''; ) {
    above = parent(above);
    const place = joined(above, RECORDINGS);
    if (place === RECORDINGS ? folder === place : endsWithFolder(folder, place)) return true;
  }
  return false;
}

/** Whether a folder holds the recordings of a suite that belong to no test. */
export function isCommonPlace(folder: string): boolean {
  return endsWithFolder(folder, COMMON);
}

function endsWithFolder(folder: string, place: string): boolean {
  return folder === place || folder.endsWith(`/${place}`);
}

function joined(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

function parent(folder: string): string {
  return folder.slice(0, Math.max(folder.lastIndexOf('/'), 0));
}
