import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { runCli } from '../../src/cli/program.ts'
import { at, FULL, init, useInitFolder, written } from './init-folder.ts'
import { createTerminal } from './terminal.ts'

useInitFolder()

const WAYS: readonly (readonly [string, readonly string[]])[] = [
  ['nothing said', []],
  ['GitHub with an App', FULL],
  [
    'GitHub Enterprise with a token',
    ['--forge', 'github', '--forge-url', 'https://git.acme.example/', '--sign-in', 'token', '--repository', 'git.acme.example/acme/*'],
  ],
  ['GitLab and Teams', ['--forge', 'gitlab', '--repository', 'gitlab.com/acme/**', '--channel-type', 'teams', '--mode', 'notify']],
  [
    'Gitea and a webhook',
    [
      '--forge',
      'gitea',
      '--forge-url',
      'https://git.acme.example',
      '--repository',
      'git.acme.example/acme/a,git.acme.example/acme/b',
    ].concat([
      '--channel-type',
      'webhook',
      '--channel-url',
      'https://events.acme.example/kedge',
      '--mode',
      'pr',
      '--namespaces',
      'shop, search',
    ]),
  ],
]

/** Makes each file that the printed steps name, as a person would. */
function makeSecrets(printed: string): void {
  const pem = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey.export({ type: 'pkcs8', format: 'pem' })
  const held = new Map<string, string>([
    ['githubAppID', '12345'],
    ['githubAppPrivateKey', pem.toString()],
    ['webhookUrl', 'https://prod.westeurope.logic.azure.com/workflows/x'],
  ])
  for (const [name] of printed.matchAll(/secrets\/[\w.-]+\/[\w.-]+/g)) {
    mkdirSync(dirname(at(name)), { recursive: true })
    writeFileSync(at(name), held.get(name.split('/')[2] ?? '') ?? 'planted-secret-of-more-than-24-bytes')
  }
}

describe('what kedge init writes', () => {
  test.each(WAYS)('is valid, also with its secrets once each file that it names was made: %s', async (_, flags) => {
    const [code, terminal] = await init(['--no-input', ...flags])
    expect([code, terminal.err()]).toEqual([0, ''])
    const check = createTerminal()
    expect([await runCli(['config', 'validate', '-c', at('kedge.yaml')], check), check.err()]).toEqual([0, ''])
    makeSecrets(terminal.out())
    const whole = createTerminal()
    expect([await runCli(['config', 'validate', '--secrets', '-c', at('kedge.yaml')], whole), whole.err()]).toEqual([0, ''])
  })

  test('gives the chart the same decisions as the file, and names the Secrets that the steps make', async () => {
    const [, terminal] = await init(['--no-input', ...FULL])
    const [file, values] = ['kedge.yaml', 'values.yaml'].map((name) => parse(readFileSync(at(name), 'utf8')))
    for (const key of ['defaults', 'allow']) expect(values.config[key]).toEqual(file[key])
    const named = Object.values(values.credentials).map((entry) => (entry as { existingSecret: string }).existingSecret)
    expect(named).toEqual(['kedge-github', 'kedge-slack', 'kedge-argocd'])
    for (const name of named) expect(terminal.out()).toContain(`create secret generic ${name} --from-file=secrets/${name.slice(6)}`)
  })

  test('observes, opens nothing and names no forge where nothing is said', async () => {
    await init(['--no-input'])
    expect(parse(readFileSync(at('kedge.yaml'), 'utf8'))).toEqual({
      apiVersion: 'kedge/v1',
      defaults: { mode: 'observe' },
      clusters: [{ name: 'in-cluster' }],
    })
  })
})

describe('what kedge init tells', () => {
  test('is a GitHub App with the rights that Kedge needs, once filled in and once as a manifest', async () => {
    const [, terminal] = await init(['--no-input', ...FULL])
    const [link = ''] = /https:\/\/github\.com\/organizations\/acme\/settings\/apps\/new\?\S+/.exec(terminal.out()) ?? []
    const asked = Object.fromEntries(new URL(link).searchParams)
    expect(asked).toMatchObject({ contents: 'write', pull_requests: 'write', statuses: 'write', public: 'false' })
    expect(asked['webhook_url']).toBe('https://hooks.acme.example/webhooks/github')
    const [manifest = ''] = /^ {6}\{\n[\s\S]*?^ {6}\}$/m.exec(terminal.out()) ?? []
    expect(JSON.parse(manifest).default_permissions).toEqual({
      contents: 'write',
      pull_requests: 'write',
      statuses: 'write',
      metadata: 'read',
    })
  })

  test.each([
    ['gitlab', ['--repository', 'gitlab.com/acme/x'], 'role Developer, scope `api`'],
    ['gitea', ['--forge-url', 'https://g.example', '--repository', 'g.example/acme/x'], 'write:repository, write:issue, read:user'],
  ])('is the rights of a token at %s', async (forge, flags, rights) => {
    const [, terminal] = await init(['--no-input', '--forge', forge, ...flags])
    expect(terminal.out()).toContain(rights)
  })

  test('is the one line of policy for Argo CD, and the next command', async () => {
    const [, terminal] = await init(['--no-input'])
    expect(terminal.out()).toContain('\n      p, kedge, applications, get, */*, allow\n')
    expect(terminal.out()).toContain(`kedge doctor --config ${at('kedge.yaml')}`)
    expect(terminal.out()).toContain('helm install kedge charts/kedge --namespace kedge')
  })
})

describe('at a terminal', () => {
  /** Answers by the beginning of the question; all else as usual. */
  const person = (said: Readonly<Record<string, readonly string[]>>, asked: string[] = []) => {
    const left = Object.fromEntries(Object.entries(said).map(([begins, answers]) => [begins, [...answers]]))
    return async (question: string): Promise<string | undefined> => {
      asked.push(question)
      const key = Object.keys(left).find((begins) => question.startsWith(begins))
      return key === undefined ? '' : (left[key]?.shift() ?? '')
    }
  }

  test('only what means something by what was said is asked, with what is usual', async () => {
    const asked: string[] = []
    const [code] = await init([], person({}, asked))
    expect(code).toBe(0)
    expect(asked[0]).toBe('Where are the repositories? Without a forge, Git is not looked into (github, gitea, gitlab, none) [none]: ')
    expect(asked.filter((question) => /Which channel|Repositories that|Address of its pages/.test(question))).toEqual([])
  })

  test('what a flag says is not asked, and an answer that cannot be used is asked for again with its reason', async () => {
    const asked: string[] = []
    const said = { 'Repositories that': ['acme/*', 'ghp_0123456789abcdefghij0123456789', 'https://github.com/acme/gitops'] }
    const [code, terminal] = await init(['--forge', 'github'], person(said, asked))
    expect(code).toBe(0)
    expect(terminal.err()).toBe(
      '  That must be on github.com, where the forge is.\n' +
        '  That looks like a secret, and none is asked for: secrets stay in files and Secrets that you make.\n',
    )
    expect(asked.some((question) => question.startsWith('Where are the repositories'))).toBe(false)
    expect(readFileSync(at('kedge.yaml'), 'utf8')).toContain('https://github.com/acme/gitops')
  })

  test('an end of the input ends it, and nothing is written', async () => {
    const [code, terminal] = await init([], async () => undefined)
    expect([code, terminal.err(), written()]).toEqual([2, expect.stringContaining('were broken off'), []])
  })

  test('who never answers is not asked for ever', async () => {
    const [code, terminal] = await init(['--forge', 'github'], person({ 'Repositories that': Array(50).fill('x') }))
    expect([code, terminal.err(), written()]).toEqual([2, expect.stringContaining('was not answered in 5 tries'), []])
  })
})
