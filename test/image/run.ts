import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { copiedFrom, readDockerfile, ROOT } from './dockerfile.ts'

// Executes the build stage of the Dockerfile in a temporary folder, then runs what would be in the image.

const folder = mkdtempSync(join(tmpdir(), 'kedge-image-'))
const say = (text: string): void => void process.stdout.write(`${text}\n`)

function execute(command: string): void {
  say(`RUN ${command}`)
  // As in the base image, nothing of the checkout is on the search path.
  const { PATH = '', HOME = '' } = process.env
  const path = PATH.split(':')
    .filter((each) => !each.startsWith(ROOT))
    .join(':')
  execFileSync('sh', ['-ec', command], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...withoutNpm(), PATH: path, HOME, npm_config_prefer_offline: 'true' },
  })
}

/** The environment without what `npm run` has put there, which would make the npm inside look at this project. */
function withoutNpm(): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(?:npm_|INIT_CWD$|NODE$)/i.test(name) || /^npm_config_(?:registry|cafile|.*proxy)$/i.test(name),
    ),
  )
}

function kedge(...args: readonly string[]): string {
  return execFileSync(process.execPath, [join(folder, 'dist/src/main.js'), ...args], { encoding: 'utf8', cwd: tmpdir() })
}

function check(what: string, holds: boolean): void {
  say(`${holds ? 'ok  ' : 'FAIL'} ${what}`)
  if (!holds) process.exitCode = 1
}

try {
  for (const instruction of readDockerfile().filter(({ stage }) => stage === 0)) {
    for (const source of copiedFrom(instruction).sources)
      cpSync(
        join(ROOT, source),
        join(folder, copiedFrom(instruction).target, source === copiedFrom(instruction).target ? '' : basename(source)),
        { recursive: true },
      )
    if (instruction.name === 'RUN') execute(instruction.rest)
  }
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }
  check(`kedge --version says ${version}`, kedge('--version').trim() === version)
  check('kedge argocd-cm has the Lua health checks', kedge('argocd-cm').includes('resource.customizations'))
  check('kedge config schema prints the schema', kedge('config', 'schema').includes('"kedge/v1"'))
  check(
    'the page has its assets',
    readdirSync(join(ROOT, 'src/ui/assets')).every((name) => existsSync(join(folder, 'dist/src/ui/assets', name))),
  )
  check(
    'no development package is in the image',
    ['vitest', 'typescript', 'oxlint', 'nock'].every((name) => !existsSync(join(folder, 'node_modules', name))),
  )
  check(
    'no second Node is in the image',
    readdirSync(join(folder, 'node_modules')).every((name) => !/^node-(?:bin-)?(?:linux|darwin)/.test(name)),
  )
  check('the whole story runs (kedge demo --once)', kedge('demo', '--once', '--port', '0').length > 0)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
