/**
 * Precedes the library's script for bash, which declares read-only variables, so that it could not be
 * loaded twice, and requires the package bash-completion.
 */
export const BASH_PRELUDE = `readonly() { eval "[ -n \\"\\\${\${1%%=*}+set}\\" ] || $1"; }
if ! declare -F _get_comp_words_by_ref > /dev/null; then
  _get_comp_words_by_ref() {
    local line=\${COMP_LINE:0:COMP_POINT}
    read -ra words <<< "$line"
    case $line in *[[:space:]]) words+=("") ;; esac
    cword=$((\${#words[@]} - 1))
    cur=\${words[cword]}
    prev=\${words[cword - 1]}
  }
fi
`;

/** Follows the library's script: bash completes file names where the command has no candidates. */
export function bashRegistration(name: string): string {
  return `unset -f readonly\ncomplete -o default -F __${name}_complete ${name}\n`;
}
