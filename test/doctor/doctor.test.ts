import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createSqliteLedger } from '../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { runCli } from '../../src/cli/program.ts'
import { writeConfig } from '../../src/demo/stage.ts'
import type { Finding } from '../../src/ports/finding.ts'
import { createWorld, type World, type WorldOptions } from '../../src/simulator/world.ts'
import { TOKENS } from '../../src/simulator/world/story.ts'
import { createTerminal, type Terminal } from '../cli/terminal.ts'

let folder: string
let world: World

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kedge-doctor-test-'))
})
afterEach(async () => {
  await world.stop()
  await rm(folder, { recursive: true, force: true })
})

/** Nothing here is about how a Rollout gets Healthy. */
const AT_ONCE: WorldOptions = { pace: 0.02, pods: { startMs: 5, readyMs: 10 }, pollMs: 20 }

async function start(options: WorldOptions = {}, more = ''): Promise<string> {
  world = await createWorld({ ...AT_ONCE, ...options })
  await world.untilRollout(({ status }) => status?.phase === 'Healthy')
  return writeConfig({ world, folder, port: 0, more })
}

/** Runs the doctor with the clock of this machine, as the stand-ins do. */
async function consult(file: string, now = Date.now): Promise<{ code: number; findings: readonly Finding[]; terminal: Terminal }> {
  const terminal = { ...createTerminal(), now }
  const code = await runCli(['doctor', '--config', file, '-o', 'json'], terminal)
  const { findings } = JSON.parse(terminal.out()) as { findings: readonly Finding[] }
  return { code, findings, terminal }
}

const saying = (findings: readonly Finding[], level: Finding['level']): string[] =>
  findings.filter((finding) => finding.level === level).map(({ subject, says }) => `${subject}: ${says}`)

describe('kedge doctor', () => {
  it('finds everything in order in an installation that works, and leaves no trace', async () => {
    const file = await start({
      kubernetes: { allows: ({ verb, resource }) => ['get', 'list', 'watch'].includes(verb) && resource !== 'secrets' },
    })
    const { code, findings } = await consult(file)
    expect([code, saying(findings, 'fail')]).toEqual([0, []])
    const fine = saying(findings, 'ok').join('\n')
    for (const line of [
      'cluster demo: answers; Kubernetes v1.36.3',
      'cluster demo: has the same time as this machine',
      'cluster demo: may get, list and watch rollouts in all namespaces',
      'cluster demo: may get, list and watch applications in all namespaces',
      'cluster demo: may read no Secrets and write no Rollouts and Applications',
      'cluster demo: 1 Rollout(s) in view, 1 of them with exactly one Application',
      'Argo CD: its Applications are in namespace argocd',
      'may be written; pull requests are merged by merge commit, squash, rebase',
      'is reached by Git; main is at ',
      'Slack: signed in to simulator as U0KEDGE',
      'Slack: the channel #deploys is there, and the app is in it',
      'ledger: there is none yet',
    ])
      expect(fine).toContain(line)
    expect(world.slack.messages).toEqual([])
    expect(world.github.calls.filter(({ method, path }) => method !== 'GET' && !path.endsWith('/git-upload-pack'))).toEqual([])
    expect(world.kubernetes.requests.filter(({ method, path }) => method !== 'GET' && !path.includes('selfsubjectaccessreviews'))).toEqual(
      [],
    )
  })

  it('names what is refused, by kind and namespace, and exits with 1', async () => {
    const file = await start({
      kubernetes: {
        allows: ({ verb, resource, namespace }) =>
          ['get', 'list', 'watch'].includes(verb) && !(resource === 'experiments' && (namespace === 'shop' || namespace === undefined)),
      },
    })
    await writeFile(
      file,
      (await readFile(file, 'utf8')).replace('kubeconfig: kubeconfig', 'kubeconfig: kubeconfig, namespaces: [shop, search]'),
    )
    const { code, findings } = await consult(file)
    expect([code, saying(findings, 'fail')]).toEqual([
      1,
      ['cluster demo: may not get, list, watch experiments in namespace shop: what Kedge cannot see is Unknown, and nothing is done'],
    ])
    expect(saying(findings, 'ok')).toContain('cluster demo: may get, list and watch experiments in namespace search')
    expect(findings.find(({ level }) => level === 'fail')?.advice).toContain('Apply the roles of the chart')
  })

  it('warns of an account that could do harm', async () => {
    const { code, findings } = await consult(await start())
    expect([code, saying(findings, 'warn')[0]]).toEqual([
      0,
      'cluster demo: may also get secrets, patch rollouts, patch applications, which Kedge never does',
    ])
  })

  it('misses a CRD', async () => {
    const { code, findings } = await consult(await start({ kubernetes: { absent: ['experiments'] } }))
    expect([code, saying(findings, 'fail')]).toEqual([
      1,
      ['cluster demo: does not serve experiments in argoproj.io/v1alpha1: for Kedge there is none of it here until it does'],
    ])
  })

  it('exits with 3 where a cluster cannot be reached, and looks at the rest', async () => {
    const file = await start()
    await writeFile(join(folder, 'kubeconfig'), world.kubernetes.kubeconfig().replace(/server: .*/, 'server: http://127.0.0.1:9'))
    const { code, findings } = await consult(file)
    expect(code).toBe(3)
    expect(saying(findings, 'fail').join()).toContain('E_CLUSTER_UNREACHABLE')
    expect(saying(findings, 'ok').join()).toContain('Slack: signed in')
  })

  it('exits with 2 where the configuration is wrong, with every fault', async () => {
    const file = await start()
    await writeFile(file, 'apiVersion: kedge/v1\ndefaults: { mode: auto }\nmut: []\n')
    const terminal = createTerminal()
    expect(await runCli(['doctor', '--config', file], terminal)).toBe(2)
    expect(terminal.err()).toMatch(/E_CONFIG_INVALID.*2 faults/)
  })

  it('says why a Rollout has no Application, or two', async () => {
    const file = await start({ kubernetes: { allows: ({ verb }) => ['get', 'list', 'watch'].includes(verb) } })
    const { store } = world.kubernetes
    const rollout = store.get({ plural: 'rollouts', namespace: 'shop', name: 'checkout' })
    const copy = (name: string, annotations: Record<string, string>): void =>
      void store.apply({
        ...rollout,
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Rollout',
        metadata: { name, namespace: 'shop', annotations },
      } as Parameters<typeof store.apply>[0])
    copy('stray', {})
    copy('lost', { 'argocd.argoproj.io/tracking-id': 'gone:argoproj.io/Rollout:shop/lost' })
    const { findings } = await consult(file)
    const odd = saying(findings, 'warn').filter((line) => line.startsWith('Rollout'))
    expect(odd.sort()).toEqual([
      'Rollout demo/shop/lost: no Application owns it: its tracking id names gone, which is not in view or has ' +
        'another destination. It is watched, and nothing can be opened',
      'Rollout demo/shop/stray: no Application owns it: none lists it, and it carries no tracking id. It is ' +
        'watched, and nothing can be opened',
    ])
  })

  it('fails where the token may not reach the repository, without showing it', async () => {
    const file = await start({ github: { tokens: { [TOKENS.github]: { login: 'kedge[bot]', repositories: ['acme/other'] } } } })
    const { code, findings, terminal } = await consult(file)
    expect(code).toBe(1)
    expect(saying(findings, 'fail').join('\n')).toMatch(/repository 127\.0\.0\.1:\d+\/acme\/gitops: E_GIT_AUTH.*\n.*E_FORGE_NOT_FOUND/)
    for (const secret of Object.values(TOKENS)) expect(terminal.out() + terminal.err()).not.toContain(secret)
  })

  it('looks through a GitHub App as the service does, and misses one that is not installed', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', {
      modulusLength: 2_048,
      privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    })
    const file = await start({ github: { app: { id: 7, slug: 'kedge', installationId: 70, publicKey } } })
    await writeFile(join(folder, 'key.pem'), privateKey)
    const yaml = await readFile(file, 'utf8')
    await writeFile(file, yaml.replace('tokenFile: github-token', 'app: { id: 7, privateKeyFile: key.pem }'))
    const installed = await consult(file)
    expect(saying(installed.findings, 'ok').join('\n')).toContain('the GitHub App is installed on it, with Contents and Pull requests')
    await writeFile(file, yaml.replace('tokenFile: github-token', 'app: { id: 7, installationId: 71, privateKeyFile: key.pem }'))
    const elsewhere = await consult(file)
    expect([elsewhere.code, saying(elsewhere.findings, 'fail').join()]).toEqual([1, expect.stringContaining('E_FORGE_NOT_FOUND')])
    expect(installed.terminal.out() + elsewhere.terminal.out()).not.toContain('PRIVATE KEY')
  })

  it('reads argocd-cm where it may, and warns of tracking by label', async () => {
    const file = await start()
    const data = {
      'application.resourceTrackingMethod': 'label',
      'resource.customizations.health.argoproj.io_Rollout': '-- kedge\nhs = {}',
    }
    world.kubernetes.store.apply({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'argocd-cm', namespace: 'argocd' },
      data,
    } as Parameters<typeof world.kubernetes.store.apply>[0])
    const { findings } = await consult(file)
    expect(saying(findings, 'warn').join('\n')).toContain('Argo CD: argocd/argocd-cm tracks resources by label')
    expect(saying(findings, 'ok').join('\n')).toContain('Argo CD: shows the health of Rollouts with Kedge’s check')
  })

  it('tells a broken ledger from an intact one', async () => {
    const file = await start()
    await createSqliteLedger({ path: join(folder, 'ledger.db'), clock: { now: Date.now } }).close()
    expect(saying((await consult(file)).findings, 'ok').join('\n')).toContain('ledger: is intact: 0 record(s)')
    await writeFile(join(folder, 'ledger.db'), 'no ledger at all')
    const { code, findings } = await consult(file)
    expect([code, saying(findings, 'fail').join()]).toEqual([1, expect.stringMatching(/^ledger: E_LEDGER_(?:BROKEN|OPEN)/)])
  })

  it('fails where Slack refuses the token', async () => {
    const file = await start()
    await writeFile(join(folder, 'slack-token'), 'xoxb-of-yesterday')
    const { code, findings } = await consult(file)
    expect(code).toBe(1)
    expect(saying(findings, 'fail').join()).toContain('Slack: E_NOTIFIER_AUTH')
  })

  it('names a channel that is not there, and a repository that is not allowed', async () => {
    const file = await start()
    await writeFile(file, (await readFile(file, 'utf8')).replace('#deploys', '#nowhere').replace('/acme/*', '/other/*'))
    const { findings } = await consult(file)
    const warnings = saying(findings, 'warn').join('\n')
    expect(warnings).toContain('Slack: the channel #nowhere is not among those that the app can see')
    expect(warnings).toContain('is not in allow.repositories: Kedge does not read it')
    expect(world.github.calls).toEqual([])
  })

  it.each([
    [20_000, 'warn', 'apart: this one is ahead'],
    [-90_000, 'fail', 'apart: this one is behind'],
  ] as const)('tells a clock that is %d ms off', async (skew, level, words) => {
    const { findings } = await consult(await start(), () => Date.now() + skew)
    expect(saying(findings, level).join()).toContain(words)
  })

  it('prints for people what it means and what to do, and counts', async () => {
    const terminal = { ...createTerminal(), now: Date.now }
    expect(await runCli(['doctor', '--config', await start()], terminal)).toBe(0)
    expect(terminal.out()).toMatch(/^✔ {3}ok {2}configuration: .* is valid; mode pr by default\n/)
    expect(terminal.out()).toMatch(/⚠ warn {2}cluster demo: may also .*\n {8}→ Take it away/)
    expect(terminal.out()).toMatch(/\n\d+ ok, \d+ to look at, 0 failed\n$/)
  })
})
