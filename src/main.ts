#!/usr/bin/env node

const NEEDED = [24, 15] as const

/** Nothing is imported before this is known: on an older Node the first import would fail with a riddle. */
function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])
}

if (isNewEnough(process.versions.node)) {
  const { runCli } = await import('./cli/program.ts')
  process.exitCode = await runCli(process.argv.slice(2))
} else {
  process.stderr.write(
    `kedge: Node ${process.versions.node} is too old; it needs ${NEEDED.join('.')} or newer.\n` +
      'In a checkout, `npm ci` brings the right one along and `npm run -s kedge -- ARGS` uses it.\n',
  )
  process.exitCode = 2
}
