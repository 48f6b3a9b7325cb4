import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openPostgresLedger } from '../../../../src/adapters/ledgers/postgres/postgres-ledger.ts'
import { createSqliteLedger } from '../../../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { folderPlace } from '../../../../src/adapters/signing/places.ts'
import { runCli } from '../../../../src/cli/program.ts'
import { EXIT } from '../../../../src/domain/exit-code.ts'
import { createSystemClock } from '../../../../src/simulator/clock.ts'
import { startKubernetesApi, type KubernetesApi } from '../../../../src/simulator/kubernetes-api.ts'
import { kedge } from '../../../cli/kedge.ts'
import { createTerminal } from '../../../cli/terminal.ts'
import { aRelease, releaseEntry } from '../../../contract/ledger-documents.ts'
import { addressOf, createDatabase, hasPostgres, type TestDatabase } from '../../../postgres/database.ts'
import { rolesIn } from '../../../postgres/roles.ts'
import { aSigner } from '../../signing/signer.ts'

let folder: string
let api: KubernetesApi

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kedge-postgres-cli-'))
  api = await startKubernetesApi({ clock: createSystemClock() })
  await writeFile(join(folder, 'kubeconfig'), api.kubeconfig())
})
afterEach(async () => {
  await api.stop()
  await rm(folder, { recursive: true, force: true })
})

const ON_POSTGRES = '{ type: postgres, urlFile: url, leaseSeconds: 3 }'

async function configure(url: string, ledger = ON_POSTGRES, name = 'kedge.yaml'): Promise<string> {
  await writeFile(join(folder, 'url'), `${url}\n`)
  const file = join(folder, name)
  const lines = [
    'apiVersion: kedge/v1',
    'clusters: [{ name: east, kubeconfig: kubeconfig }]',
    'server: { api: { port: 0 }, webhooks: { port: 0 } }',
    'log: { level: silent }',
    `ledger: ${ledger}`,
    'mirrors: { path: mirrors }',
  ]
  await writeFile(file, lines.join('\n'))
  return file
}

const run = (...args: readonly string[]) => kedge(args)

async function startServe(file: string) {
  const terminal = createTerminal()
  const told = Promise.withResolvers<void>()
  const stderr = terminal.io.stderr.bind(terminal.io)
  terminal.io.stderr = (line) => {
    stderr(line)
    if (line.includes('Ctrl-C ends it')) told.resolve()
  }
  const code = runCli(['serve', '--config', file], terminal)
  await Promise.race([told.promise, code.then((early) => Promise.reject(new Error(`ended early with ${early}: ${terminal.err()}`)))])
  return { code, terminal }
}

async function fill({ options }: TestDatabase, keys: readonly string[]): Promise<void> {
  await using ledger = await openPostgresLedger(options)
  await ledger.append(keys.map((key) => releaseEntry(aRelease({ key }))))
}

describe.runIf(hasPostgres)('commands on a ledger in PostgreSQL', () => {
  it(
    'serve keeps its ledger there, a second one looks on, and a command that needs the whole is refused',
    { timeout: 60_000 },
    async () => {
      const database = await createDatabase()
      const { writer, owner } = await rolesIn(database)
      await writeFile(join(folder, 'owner-url'), owner)
      const file = await configure(writer, '{ type: postgres, urlFile: url, ownerUrlFile: owner-url, leaseSeconds: 3 }')
      const first = await startServe(file)
      expect(await run('ledger', 'verify', '--config', file)).toMatchObject({ code: 0, out: expect.stringContaining('intact') as string })
      const second = await startServe(file)
      const refused = await run('ledger', 'move', '--config', file, '--to', join(folder, 'moved.db'))
      expect(refused).toMatchObject({ code: 2, err: expect.stringMatching(/E_LEDGER_LOCKED: .*in use by /) as string })
      for (const serve of [first, second]) {
        serve.terminal.interrupt()
        expect(await serve.code).toBe(0)
      }
      const said = [first.terminal, second.terminal].map((terminal) => terminal.out() + terminal.err()).join('') + refused.out + refused.err
      expect(said).not.toContain('change-me')
    },
  )

  it('serve ends by itself, with its own code, once its ledger has something that does not follow', { timeout: 60_000 }, async () => {
    const database = await createDatabase()
    const { code, terminal } = await startServe(await configure(database.url))
    await database.ask(`INSERT INTO kedge.record SELECT coalesce(max(sequence), 0) + 1, 1, 'card', 'x', 'y', '{}', 'z' FROM kedge.record`)
    expect(await code).toBe(EXIT.lost)
    expect(terminal.err()).toContain('E_LEDGER_LOST: ledger PostgreSQL')
  })

  it('verify and export read it beside a writer, and say when it is broken', async () => {
    const database = await createDatabase()
    await fill(database, ['r1', 'r2'])
    const file = await configure(database.url)
    const exported = await run('ledger', 'export', '--config', file)
    expect(exported.out.split('\n')).toHaveLength(3)
    await writeFile(join(folder, 'export.jsonl'), exported.out)
    const intact = await run('ledger', 'verify', '--config', file, '--output', 'json')
    expect(JSON.parse(intact.out)).toEqual(
      JSON.parse((await run('ledger', 'verify', join(folder, 'export.jsonl'), '--output', 'json')).out),
    )
    await database.ask(`SET session_replication_role = replica; UPDATE kedge.record SET at = 1 WHERE sequence = 2`)
    expect(await run('ledger', 'verify', '--config', file)).toMatchObject({ code: 1, out: expect.stringContaining('record 2') as string })
  })

  it('a ledger is moved from SQLite and back again with the same head', async () => {
    const path = join(folder, 'ledger.db')
    {
      await using ledger = createSqliteLedger({ path, clock: { now: () => 7 } })
      await ledger.append(['r1', 'r2', 'r1'].map((key) => releaseEntry(aRelease({ key }))))
    }
    const head = async (...args: readonly string[]) =>
      JSON.parse((await run('ledger', 'verify', ...args, '--output', 'json')).out) as unknown
    const before = await head(path)
    const from = await configure('', '{ path: ledger.db }')
    const to = await configure((await createDatabase()).url, ON_POSTGRES, 'new.yaml')
    expect(await run('ledger', 'move', '--config', from, '--to', to)).toMatchObject({ code: 0, err: '' })
    expect(await head('--config', to)).toEqual(before)
    expect(await run('ledger', 'move', '--config', from, '--to', to)).toMatchObject({ code: 2 })
    const back = join(folder, 'back.db')
    expect(await run('ledger', 'move', '--config', to, '--to', back)).toMatchObject({ code: 0 })
    expect(await head(back)).toEqual(before)
    const saved = join(folder, 'backup.jsonl')
    expect(await run('ledger', 'backup', saved, '--config', to)).toMatchObject({ code: 0 })
    expect(await head(saved)).toEqual(before)
    expect((await readFile(saved, 'utf8')).split('\n')).toHaveLength(4)
  })

  it('old records are archived by the owner, export and ledger verify as one, and the writer goes on', async () => {
    const database = await createDatabase()
    const { writer, owner } = await rolesIn(database)
    await writeFile(join(folder, 'owner-url'), owner)
    const file = await configure(writer, '{ type: postgres, urlFile: url, ownerUrlFile: owner-url, leaseSeconds: 3 }')
    await fill({ ...database, options: { ...database.options, address: addressOf(writer), owner: addressOf(owner) } }, ['r1', 'r2', 'r1'])
    const before = JSON.parse((await run('ledger', 'verify', '--config', file, '--output', 'json')).out) as { head: string }
    const old = join(folder, 'old.jsonl')
    const archived = await run('ledger', 'archive', old, '--before', '1970-01-02', '--config', file)
    // The newest record stays, and what is still open is written anew behind it.
    expect(archived).toMatchObject({ code: 0, out: expect.stringMatching(/up to 2, .*\n.*intact, 2 records after record 2 /s) as string })
    const rest = (await run('ledger', 'export', '--config', file)).out
    await writeFile(join(folder, 'whole.jsonl'), `${await readFile(old, 'utf8')}${rest}`)
    const whole = await run('ledger', 'verify', join(folder, 'whole.jsonl'), '--output', 'json')
    expect(JSON.parse(whole.out)).toMatchObject({ intact: true, records: 4 })
    expect(rest).toContain(before.head)
    expect(await run('ledger', 'archive', join(folder, 'none.jsonl'), '--before', '1970-01-01', '--config', file)).toMatchObject({
      out: expect.stringContaining('no record is so old') as string,
    })
    const service = await startServe(file)
    service.terminal.interrupt()
    expect(await service.code).toBe(0)
  })

  it.each([
    ['nothing', ''],
    ['no address', 'change-me'],
    ['another protocol', 'mysql://me:change-me@db/kedge'],
    ['no database', 'postgresql://me:change-me@db'],
    ['options that are not taken', 'postgresql://me:change-me@db/kedge?options=-c%20x'],
    ['less TLS than it looks', 'postgresql://me:change-me@db/kedge?sslmode=prefer'],
    ['a broken escape', 'postgresql://me:change-me%zz@db/kedge'],
  ])('a URL that says %s is told without showing it', async (_what, url) => {
    const file = await configure(url)
    const said = await run('config', 'validate', '--secrets', '--config', file)
    expect(said.code).toBe(2)
    expect(said.out + said.err).toContain('ledger.urlFile')
    expect(said.out + said.err).not.toContain('change-me')
    expect(await run('ledger', 'verify', '--config', file)).toMatchObject({ code: 3 })
  })

  it('a wrong password, a database that is not there, and a server that is not there are told as what they are', async () => {
    const database = await createDatabase()
    const { writer } = await rolesIn(database)
    const wrong = writer.replace('change-me', 'planted-wrong')
    const password = await run('ledger', 'verify', '--config', await configure(wrong))
    expect(password).toMatchObject({ code: 3, err: expect.stringMatching(/E_LEDGER_OPEN: .*password is not right/) as string })
    expect(password.err).not.toContain('planted-wrong')
    const nowhere = await configure(database.url.replace(/\w+$/, 'nowhere'))
    expect((await run('serve', '--config', nowhere)).err).toMatch(/E_LEDGER_OPEN: .*no database of this name/)
    const away = await configure('postgresql://me:change-me@127.0.0.1:1/kedge')
    expect(await run('serve', '--config', away)).toMatchObject({
      code: 3,
      err: expect.stringMatching(/E_LEDGER_UNREACHABLE: .*ECONNREFUSED/) as string,
    })
  })

  it('verify holds it against checkpoints and noted heads as it does an export', { timeout: 60_000 }, async () => {
    const database = await createDatabase()
    await fill(database, ['a', 'b', 'c'])
    const file = await configure(database.url)
    const { head } = JSON.parse((await run('ledger', 'verify', '-c', file, '-o', 'json')).out) as { head: string }
    const signer = aSigner(join(folder, 'public.pem'))
    const proof = ['--key', signer.publicFile, '--checkpoints', join(folder, 'audit')]
    await folderPlace(join(folder, 'audit')).add({ head: { sequence: 3, hash: head }, text: signer.note({ sequence: 3, hash: head }) })
    expect(await run('ledger', 'verify', '-c', file, ...proof, '--expect-head', `3:${head}`)).toMatchObject({
      code: EXIT.fine,
      out: expect.stringContaining('2 of 2 checkpoints and noted heads lie on the chain') as string,
    })
    const other = signer.note({ sequence: 2, hash: head })
    await folderPlace(join(folder, 'audit')).add({ head: { sequence: 2, hash: head }, text: other })
    expect(await run('ledger', 'verify', '-c', file, ...proof)).toMatchObject({
      code: EXIT.bad,
      out: expect.stringContaining('E_LEDGER_REWRITTEN: record 2 is ') as string,
    })
  })
})
