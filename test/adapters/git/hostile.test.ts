import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createOrigin, type Origin } from '../../contract/git/origin.ts'
import { openAt } from './open.ts'

let resources: AsyncDisposableStack
let origin: Origin
let trap: string

beforeEach(async () => {
  resources = new AsyncDisposableStack()
  origin = resources.use(await createOrigin())
  trap = await mkdtemp(join(tmpdir(), 'kedge-trap-'))
  resources.defer(() => rm(trap, { recursive: true }))
})
afterEach(() => resources.disposeAsync())

/** A repository with everything that has ever made a Git run something or write somewhere else. */
function hostileFiles() {
  const spring = `touch ${trap}/sprung`
  const script = { mode: '100755', text: `#!/bin/sh\n${spring}\n` }
  return {
    ...Object.fromEntries(
      ['post-checkout', 'pre-push', 'post-merge', 'reference-transaction', 'post-index-change'].map((hook) => [`hooks/${hook}`, script]),
    ),
    config: `[core]\n\tfsmonitor = ${spring}\n\tsshCommand = ${spring}\n`,
    HEAD: 'ref: refs/heads/main\n',
    '.gitattributes': '* filter=evil diff=evil merge=evil\n',
    '.gitconfig': `[filter "evil"]\n\tsmudge = ${spring}\n[diff "evil"]\n\tcommand = ${spring}\n\ttextconv = ${spring}\n`,
    '.gitmodules':
      `[submodule "x"]\n\tpath = sub\n\turl = --upload-pack=${spring}\n\tupdate = !${spring}\n[submodule ` +
      `"cr"]\n\tpath = sub\r\n\turl = ext::sh -c ${spring}\n`,
    '.mailmap': 'Evil <e@e> Ada <ada@example.com>\n',
    sub: { mode: '160000', text: 'deadbeef'.repeat(5) },
    link: { mode: '120000', text: '/etc' },
    out: { mode: '120000', text: '../../../../../../tmp' },
    CASE: '1',
    case: '2',
    'a\rb': 'carriage return',
    '$(touch x)': '1',
    'web/secret-marker': 'MARKER-IN-A-FILE',
  }
}

describe('a hostile repository', () => {
  test('reading, restoring and pushing it runs nothing of it and puts no file of it on disk', async () => {
    const files = hostileFiles()
    const good = origin.commit(files, { message: `$(touch ${trap}/sprung)\n\n\`touch ${trap}/sprung\`` })
    const bad = origin.commit(Object.fromEntries(Object.keys(files).map((name) => [name, name === 'sub' ? null : 'changed'])))
    const { root, repository } = resources.use(await openAt(origin.dir))
    expect(await repository.fetch('main')).toBe(bad)
    const paths = await repository.filesOf(bad)
    expect(paths).toHaveLength(Object.keys(files).length)
    await repository.newestTouching(bad, [{ path: '**', glob: true }])
    await repository.fingerprint(bad, [{ path: '**', glob: true }])
    expect(await repository.readFile(good, 'link', 99)).toBeUndefined()
    expect(await repository.readFile(good, 'web/secret-marker', 99)).toBe('MARKER-IN-A-FILE')
    const built = await repository.buildRestore({ base: bad, good, bad, paths, message: 'm', date: 0 })
    if (built.result !== 'built') throw new Error(built.result)
    expect(built.tree).toBe(origin.git(['rev-parse', `${good}^{tree}`]))
    expect(await repository.push('kedge/revert/x', built.commit)).toEqual({ result: 'created' })

    expect(existsSync(join(trap, 'sprung'))).toBe(false)
    const entries = await readdir(root, { recursive: true, withFileTypes: true })
    expect(entries.filter((entry) => entry.isSymbolicLink())).toEqual([])
    const outside = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
      .filter((name) => !/^[0-9a-f]{32}\.git\/(?:objects\/|refs\/kedge\/[0-9a-f]{40}$|config$|HEAD$)/.test(name))
    expect(outside).toEqual([])
  })

  test('hooks and settings that lie in the mirror are not run', async () => {
    const head = origin.commit({ a: '1' })
    const { root, repository } = resources.use(await openAt(origin.dir))
    await repository.fetch('main')
    const dir = join(root, (await readdir(root)).find((name) => name.endsWith('.git')) ?? '')
    await mkdir(join(dir, 'hooks'))
    for (const hook of ['pre-push', 'reference-transaction', 'post-fetch']) {
      await writeFile(join(dir, 'hooks', hook), `#!/bin/sh\ntouch ${trap}/sprung\n`)
      await chmod(join(dir, 'hooks', hook), 0o755)
    }
    origin.commit({ a: '2' })
    await repository.fetch('main')
    await repository.push('kedge/revert/x', head)
    expect(existsSync(join(trap, 'sprung'))).toBe(false)
  })

  test('a configuration that somebody changed is put back at the next start', async () => {
    origin.commit({ a: '1' })
    const first = resources.use(await openAt(origin.dir))
    await first.repository.fetch('main')
    const config = join(first.root, (await readdir(first.root)).find((name) => name.endsWith('.git')) ?? '', 'config')
    const before = await readFile(config, 'utf8')
    await writeFile(config, `${before}[remote "origin"]\nuploadpack = touch ${trap}/sprung; git-upload-pack\n`)
    const next = await openAt(origin.dir, { root: first.root })
    await next.repository.fetch('main')
    expect(await readFile(config, 'utf8')).toBe(before)
    expect(existsSync(join(trap, 'sprung'))).toBe(false)
  })
})
