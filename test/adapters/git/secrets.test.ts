import { execFile } from 'node:child_process'
import { chmod, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createOrigin, type Origin } from '../../contract/git/origin.ts'
import { type HttpOrigin, serveOverHttp } from './http-origin.ts'
import { openAt } from './open.ts'

const TOKEN = 'ghs_canaryCANARY0123456789'
const BASIC = Buffer.from(`x-access-token:${TOKEN}`).toString('base64')
const credentialsFor = async () => ({ username: 'x-access-token', password: TOKEN })

let resources: AsyncDisposableStack
let origin: Origin
let served: HttpOrigin

beforeEach(async () => {
  resources = new AsyncDisposableStack()
  origin = resources.use(await createOrigin())
  origin.commit({ a: '1' })
  served = resources.use(await serveOverHttp(origin, `x-access-token:${TOKEN}`))
})
afterEach(() => resources.disposeAsync())

/** A `git` that writes down how it was called before it does its work. */
async function spyGit(): Promise<{ dir: string; calls(): Promise<string> }> {
  const dir = await mkdtemp(join(tmpdir(), 'kedge-spy-'))
  resources.defer(() => rm(dir, { recursive: true }))
  await writeFile(
    join(dir, 'git'),
    `#!/bin/sh\nprintf '%s ' "$@" >> ${dir}/argv\necho >> ${dir}/argv\nenv >> ` +
      `${dir}/environment\nPATH=/usr/local/bin:/usr/bin:/bin exec git "$@"\n`,
  )
  await chmod(join(dir, 'git'), 0o755)
  return { dir, calls: () => readFile(join(dir, 'argv'), 'utf8') }
}

async function everyFileUnder(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

/** Everything that a log could make of an error. */
function everyView(error: unknown): string {
  const own = error instanceof Error ? [error.message, error.stack, error.cause, ...Object.values(error)].map(String) : []
  return [String(error), JSON.stringify(error), JSON.stringify(error, Object.getOwnPropertyNames(error)), ...own].join('\n')
}

describe('the token', () => {
  test('it comes with every request, the first one too, and is in no argument and no file', async () => {
    const spy = await spyGit()
    const { root, repository } = resources.use(await openAt(served.url, { credentialsFor, searchPath: `${spy.dir}:/usr/bin:/bin` }))
    const head = (await repository.fetch('main'))!
    await repository.readFile(head, 'a', 9)
    await repository.push('kedge/revert/x', head)
    expect(new Set(served.requests.map((request) => request.credential))).toEqual(new Set([`x-access-token:${TOKEN}`]))
    expect(await spy.calls()).toContain('push')
    for (const secret of [TOKEN, BASIC]) {
      expect(await spy.calls()).not.toContain(secret)
      for (const file of await everyFileUnder(root)) expect(await readFile(file, 'latin1')).not.toContain(secret)
    }
  })

  test('processes that do not go to the network do not get it', async () => {
    const spy = await spyGit()
    const { repository } = resources.use(await openAt(served.url, { credentialsFor, searchPath: `${spy.dir}:/usr/bin:/bin` }))
    const head = (await repository.fetch('main'))!
    await rm(join(spy.dir, 'environment'))
    await repository.newestTouching(head, [{ path: 'a', glob: false }])
    const environment = await readFile(join(spy.dir, 'environment'), 'utf8')
    expect(environment).not.toContain('KEDGE_GIT_AUTHORIZATION')
    expect(environment).toContain('GIT_ALLOW_PROTOCOL=none')
  })

  test('the environment of a process is a fixed list', async () => {
    const spy = await spyGit()
    const { repository } = resources.use(await openAt(served.url, { credentialsFor, searchPath: `${spy.dir}:/usr/bin:/bin` }))
    await repository.remoteBranch('main')
    const names = new Set((await readFile(join(spy.dir, 'environment'), 'utf8')).split('\n').map((line) => line.split('=')[0] ?? ''))
    for (const shell of ['', '_', 'PWD', 'OLDPWD', 'SHLVL']) names.delete(shell)
    expect([...names].sort()).toEqual([
      'GIT_ALLOW_PROTOCOL',
      'GIT_ATTR_NOSYSTEM',
      'GIT_CONFIG_GLOBAL',
      'GIT_CONFIG_NOSYSTEM',
      'GIT_DIR',
      'GIT_NO_REPLACE_OBJECTS',
      'GIT_OPTIONAL_LOCKS',
      'GIT_PROTOCOL_FROM_USER',
      'GIT_TERMINAL_PROMPT',
      'GIT_TEST_DISALLOW_ABBREVIATED_OPTIONS',
      'HOME',
      'KEDGE_GIT_AUTHORIZATION',
      'LC_ALL',
      'PATH',
      'TZ',
      'XDG_CONFIG_HOME',
    ])
  })

  test.for([401, 403, 500, 302])('no view of an error holds it, also when the host repeats it (%i)', async (status) => {
    served.fault = (request) => ({
      status,
      headers: { 'content-type': 'text/plain', 'www-authenticate': 'Basic realm="git"' },
      body: `you sent ${request.headers.authorization} ${TOKEN} https://x-access-token:${TOKEN}@git.example/`,
    })
    const { repository } = resources.use(await openAt(served.url, { credentialsFor }))
    for (const call of [repository.fetch('main'), repository.defaultBranch(), repository.remoteBranch('main')]) {
      const view = everyView(await call.catch((error: unknown) => error))
      expect(view).toContain('E_GIT_')
      expect(view).not.toContain(TOKEN)
      expect(view).not.toContain(BASIC)
    }
  })

  test('it goes to no other address of the same host, where a redirect leads', async () => {
    const asked: (string | undefined)[] = []
    served.fault = (request) => {
      if (request.url?.startsWith('/elsewhere')) asked.push(request.headers.authorization)
      return request.url?.startsWith('/elsewhere') ? { status: 404 } : { status: 302, headers: { location: `/elsewhere${request.url}` } }
    }
    const { repository } = resources.use(await openAt(served.url, { credentialsFor }))
    await expect(repository.fetch('main')).rejects.toMatchObject({ code: 'E_GIT_REFUSED' })
    expect(asked).toEqual([])
  })

  test('credentials in the address of an Application are dropped', async () => {
    const opened = resources.use(await openAt(served.url.replace('//', '//attacker:guess@'), { credentialsFor }))
    await opened.repository.fetch('main')
    expect(served.requests.map((request) => request.credential)).not.toContain('attacker:guess')
    expect(
      await readFile(
        join(
          opened.root,
          (await readdir(opened.root)).find((name) => name.endsWith('.git'))!,
          'config',
        ),
        'utf8',
      ),
    ).not.toContain('guess')
  })

  test('the debug output of the library does not show it', async () => {
    const root = await mkdtemp(join(tmpdir(), 'kedge-mirrors-'))
    resources.defer(() => rm(root, { recursive: true }))
    const script = `
      import { createGitRepositories } from ${JSON.stringify(new URL('../../../src/adapters/git/repositories.ts', import.meta.url).href)}
      const repositories = createGitRepositories({ root: ${JSON.stringify(root)}, allow: () => true, timeoutMs: 20000,
        credentialsFor: async () => ({ username: 'x-access-token', password: ${JSON.stringify(TOKEN)} }) })
      const repository = await repositories.open(${JSON.stringify(served.url)})
      console.log(await repository.fetch('main'))`
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...process.env, DEBUG: '*' },
    })
    expect(stdout.trim()).toBe(origin.git(['rev-parse', 'main']))
    expect(stderr).toContain('KEDGE_GIT_AUTHORIZATION')
    expect(stderr).not.toContain(TOKEN)
    expect(stderr).not.toContain(BASIC)
  })
})
