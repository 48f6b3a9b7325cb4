import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { createProgram } from '../../src/cli/program.ts'
import { VERSION } from '../../src/domain/program-version.ts'
import { kedge } from './kedge.ts'
import { createTerminal } from './terminal.ts'

const RECORDINGS = new URL('../recordings', import.meta.url).pathname

describe('the command line', () => {
  test('help is quick to read, names every command and the exit codes, and is fine', async () => {
    const { code, out } = await kedge(['--help'])
    expect(code).toBe(0)
    for (const word of [
      'serve',
      'demo',
      'status',
      'explain',
      'health',
      'argocd-cm',
      'releases',
      'report',
      'trace',
      'replay',
      'record',
      'adopt',
      'retry',
      'ledger',
      'config',
      'completion',
      'could not see',
    ])
      expect(out).toContain(word)
  })

  test('every command teaches by example', () => {
    // What kubectl calls to complete words is nobody's to type.
    const leaves = createProgram(createTerminal(), async () => undefined)
      .commands.filter((command) => command.name() !== '__complete')
      .flatMap((command) => (command.commands.length > 0 ? command.commands : [command]))
    expect(leaves).toHaveLength(32)
    for (const leaf of leaves) {
      let help = ''
      leaf.configureOutput({ writeOut: (text) => void (help += text) }).outputHelp()
      expect(help).toMatch(/Examples:\n {2}\$ (?:kedge|kubectl) /)
    }
  })

  test('replay says why no PR was opened only where none was', async () => {
    const replayed = async (name: string): Promise<string> => (await kedge(['replay', `${RECORDINGS}/${name}`])).out
    const opened = await replayed('faq-canary-failed')
    expect(opened).toContain('⇄ revert PR kedge/revert/')
    expect(opened).not.toContain('No revert PR')
    const refused = await replayed('canary-error')
    expect(refused).toContain('✖ P11 Policy allows a PR for this cause: the analysis could not')
    expect(refused).not.toContain('Git already asks')
  })

  test('the version is that of the package', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string
    }
    expect(VERSION).toBe(version)
    expect(await kedge(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' })
  })

  test.each([
    [[]],
    [['stats']],
    [['status', '--sever', 'x']],
    [['status', '-o', 'yaml']],
    [['status', '--state', 'broken']],
    [['explain']],
    [['explain', 'a', 'b']],
    [['record']],
    [['record', '--out', 'x', '--for', 'soon']],
    [['demo', '--port', '99999']],
    [['ledger']],
    [['ledger', 'check']],
    [['health']],
  ])('wrong use %j is told, and is 2', async (argv) => {
    const { code, err } = await kedge(argv)
    expect(code).toBe(2)
    expect(err).not.toBe('')
  })

  test('commands of files are wired', async () => {
    expect((await kedge(['argocd-cm', '--format', 'kustomize'])).code).toBe(0)
    expect(JSON.parse((await kedge(['config', 'schema'])).out)).toMatchObject({ type: 'object' })
    expect(await kedge(['config', 'validate', '--config', '/nowhere/kedge.yaml'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('/nowhere/kedge.yaml'),
    })
    expect(await kedge(['ledger', 'verify', '/nowhere/ledger.db'])).toMatchObject({
      code: 3,
      err: expect.stringContaining('/nowhere/ledger.db'),
    })
    expect((await kedge(['ledger', 'export', '--config', '/nowhere/kedge.yaml'])).code).toBe(2)
    expect((await kedge(['health', '-f', '/nowhere/rollout.yaml'])).code).toBe(2)
    expect((await kedge(['replay', '/nowhere'])).code).toBe(2)
    expect(await kedge(['serve'], createTerminal({ env: { KEDGE_CONFIG: '/nowhere/kedge.yaml' } }))).toMatchObject({
      code: 2,
      err: expect.stringContaining('/nowhere/kedge.yaml'),
    })
  })
})
