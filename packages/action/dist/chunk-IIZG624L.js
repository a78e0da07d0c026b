import{createRequire}from'node:module';const require=createRequire(import.meta.url);
import{g as b}from"./chunk-R4ILJE4R.js";import{a as w}from"./chunk-IJQ3MTFW.js";import{b as k,c as v,d as j}from"./chunk-PZWZIMUS.js";import{s as c,u as g,v as y}from"./chunk-NVDLTT6M.js";import{e as h}from"./chunk-YDMQLLTQ.js";import{unlinkSync as E}from"node:fs";import{join as R}from"node:path";var x=d(`
  .github .config .cargo .bundle .yarn .venv venv node_modules site-packages __pycache__ .tox .nox
  .direnv .mvn .gradle
`),O=d(`
  package.json package-lock.json npm-shrinkwrap.json tsconfig.json jsconfig.json deno.json
  deno.jsonc bunfig.toml nx.json turbo.json lerna.json rush.json vercel.json composer.json
  composer.lock nodemon.json pnpm-workspace.yaml pnpm-lock.yaml yarn.lock .npmrc .yarnrc .yarnrc.yml
  .pnp.cjs .nvmrc .node-version .tool-versions mise.toml conftest.py sitecustomize.py
  usercustomize.py setup.py noxfile.py pyproject.toml setup.cfg tox.ini pytest.ini .coveragerc
  requirements.txt pipfile pipfile.lock poetry.lock uv.lock uv.toml .pypirc .python-version pip.conf
  cargo.toml cargo.lock rust-toolchain rust-toolchain.toml go.mod go.sum go.work gemfile
  gemfile.lock rakefile makefile gnumakefile justfile taskfile.yml taskfile.yaml cmakelists.txt
  cmakepresets.json meson.build build.ninja dockerfile containerfile compose.yml compose.yaml
  docker-compose.yml docker-compose.yaml docker-bake.json .dockerignore jenkinsfile vagrantfile
  procfile action.yml action.yaml azure-pipelines.yml bitbucket-pipelines.yml .gitlab-ci.yml
  .travis.yml .drone.yml appveyor.yml .pre-commit-config.yaml .pre-commit-hooks.yaml lefthook.yml
  .lefthook.yml .gitattributes .gitmodules .gitignore .gitconfig .editorconfig .env .envrc .netrc
  .bashrc .bash_profile .profile .zshrc .inputrc opencode.json biome.json renovate.json
  dependabot.yml claude.md agents.md gemini.md .cursorrules
`),z=new RegExp(`^\\.(?:${[...d(`
      [cm]?[jt]sx? py[cdiowxz]? pth ipynb rb rs go java kts? groovy gradle scala cs csx csproj fs vb
      php phar pl pm lua r jl swift [ch](?:pp|xx|c)? hh m mm sh bash zsh fish ksh csh ps1 psm1 psd1
      bat cmd exe com scr msi dll so dylib node wasm jar war class whl egg vbs wsf hta lnk desktop
      service app command awk tcl nix mk cmake bzl bazel tf hcl rego dart ex exs erl clj hs ml vue
      svelte astro env
    `)].join("|")})$`);function p(n=g){let s=n.map(e=>({ending:e.slice(e.lastIndexOf("*")+1),matches:h(e),named:c(e).split("/")}));return e=>{let o=null;for(let{ending:t,matches:l,named:i}of s)if(!(!e.endsWith(t)||!l.test(e))&&(o=_(e,i),o===null))return null;return o??`is outside of the recordings' paths (${n.join(", ")})`}}function I(n,s){let e=c(n);return x.has(e)?!s.some(o=>c(o).split("/").includes(e)):!1}function _(n,s){let e=c(n).split("/"),o=e.pop();for(let i of e)if(x.has(i)&&!s.includes(i))return`lies in ${i}, where tools look for code or settings`;let t=s.at(-1);if(t===o)return null;if(O.has(o))return`is named ${o}, which tools load or run`;let l=o.slice(o.lastIndexOf("."));return z.test(l)&&!t.endsWith(l)?`ends in ${l}, as code does`:null}function M(n,s){let e=p(s);for(let{path:o}of n){let t=e(o);if(t!==null)throw new y(`The registry planned ${JSON.stringify(o)}, which ${t}. Nothing was written. If it is a recording, add its path to --paths (in a workflow, the input \`paths\`), or to \`recordings\` in .github/fixtures.yml.`,o)}}function d(n){return new Set(n.trim().split(/\s+/))}function C(n,s,e,o,{patterns:t,keep:l}){let i={removed:[],stayed:new Map,spared:[]},f=p(t),u=[...s].filter(([r,a])=>T(e,r)&&$(n,r,a,o)),F=u.flatMap(([r,{written:a}])=>a&&f(r)===null?[r]:[]),S=w(n,F);for(let[r,a]of u){let m=f(r)??(S.has(r)?"is tracked by git":null);if(!a.written||m!==null){i.stayed.set(r,a),a.written&&m!==null&&i.spared.push({path:r,reason:m});continue}l&&b(n,r),E(R(n,r)),e.removeEmpty(r),i.removed.push(r)}return i}function T(n,s){try{return n.exists(s)}catch{return!1}}function $(n,s,e,o){let t=v(n,s);return t===null||!t.isFile()||t.size!==e.size?!1:o!==null&&k(e,t,o.writtenMs)?!0:j(n,s).digest===e.digest}export{p as a,I as b,M as c,C as d};
