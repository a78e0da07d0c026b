/** Text with an effect wherever it is treated as more than text; each effect leaves `mark` behind. */
export const HOSTILE = [
  '<script>document.title = "broken out"</script>',
  '<img src=x onerror=\'document.title = "broken out"\'>',
  '</code></td></main></body><h1 class="planted">planted</h1>',
  '"><a class="planted" href="javascript:alert(1)">planted</a>',
  "' onmouseover='alert(1)' class='planted",
  '&lt;b class="planted"&gt;',
  '<!--',
  ']]>',
  '`</code><b class="planted">`',
  '\u202egnp.exe \u0007\u001b[31m',
].join(' ');
