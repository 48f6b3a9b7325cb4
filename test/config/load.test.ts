import { join } from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { loadConfig, loadPolicySettings } from '../../src/config/load.ts'
import { secretTexts } from '../../src/config/secrets.ts'
import { anAppKey } from '../app-key.ts'
import { faultsOf } from './faults-of.ts'
import { COMPLETE, COMPLETE_FILES, configFolder } from './files.ts'

describe('a good file', () => {
  it('that says nothing watches one cluster in mode observe, and needs no secret', () => {
    using folder = configFolder('apiVersion: kedge/v1\n')
    const { config, secrets } = loadConfig({ file: folder.file, env: {} })
    expect(config).toMatchObject({
      policy: {
        defaults: {},
        allow: { repositories: [], maxMode: 'observe' },
        limits: { openPerRollout: 1, openPerRepository: 10, openedPerHour: 20 },
      },
      clusters: [{ name: 'in-cluster', destinations: ['in-cluster', 'https://kubernetes.default.svc'] }],
      argocd: { cluster: 'in-cluster' },
      server: { api: { host: '127.0.0.1', port: 8484 }, webhooks: { port: 8485 } },
      ledger: { options: { path: join(folder.path, '.kedge/ledger.db') } },
    })
    expect(secretTexts(secrets)).toEqual([])
  })

  it('is taken over in the units of the program, with paths relative to its folder', () => {
    using folder = configFolder(COMPLETE, COMPLETE_FILES)
    const { config, secrets } = loadConfig({ file: folder.file, env: {} })
    expect(config.policy).toMatchObject({
      defaults: { mode: 'notify', channel: '#releases', settleMs: 2_500 },
      rules: [
        {
          match: { project: ['payments'], namespace: ['pay-*', 'billing'], labels: { tier: 'prod' } },
          set: {
            mode: 'pr',
            prCauses: ['analysis-failed'],
            reviewers: ['acme/payments'],
            restoreDeadlineMs: 1_800_000,
          },
        },
      ],
      mute: [{ from: Date.UTC(2026, 11, 24, 18), to: Date.UTC(2026, 11, 27, 5), match: { cluster: ['west'] } }],
    })
    expect(config).toMatchObject({
      forges: [{ name: 'github', options: { apiBaseUrl: 'https://api.github.com' } }],
      clusters: [
        { name: 'east', kubeconfig: join(folder.path, 'east.kubeconfig') },
        {
          name: 'west',
          namespaces: ['pay-eu'],
          destinations: ['https://west.example', 'in-cluster', 'https://kubernetes.default.svc'],
        },
      ],
      argocd: {
        cluster: 'west',
        url: 'https://argocd.example',
        webhookFields: { application: '$.app.metadata.name', rollout: '$.rollout' },
      },
      renderers: [{ name: 'directory' }, { name: 'argocd', options: { url: 'https://api.argocd.example' } }],
      ledger: { name: 'sqlite', options: { path: '/var/lib/kedge/ledger.db' } },
    })
    expect(secrets).toMatchObject({
      forges: [{ credential: { type: 'token', token: 'planted-github-token' }, webhook: 'planted-hook-secret' }],
      channels: [{ type: 'token', token: 'planted-slack-token' }],
      renderers: ['none', 'planted-argocd-token'],
    })
    expect(secretTexts(secrets)).toContain('planted-argocd-token')
  })

  it('keeps secrets out of the configuration, and out of anything that prints them', () => {
    using folder = configFolder(COMPLETE, COMPLETE_FILES)
    const loaded = loadConfig({ file: folder.file, env: {} })
    for (const text of [JSON.stringify(loaded), inspect(loaded, { depth: 9, showHidden: true }), `${JSON.stringify(loaded.secrets)}`]) {
      expect(text).not.toContain('planted')
    }
  })

  it('gives a replay its policy without asking for a forge, a channel or a secret', () => {
    using folder = configFolder('apiVersion: kedge/v1\ndefaults: { mode: pr }\n')
    expect(loadPolicySettings(folder.file).defaults).toEqual({ mode: 'pr' })
  })
})

describe('secrets', () => {
  const github = 'apiVersion: kedge/v1\ngithub: {}\n'

  it('come from the environment where no file is named', () => {
    using folder = configFolder(github)
    const env = { KEDGE_GITHUB_TOKEN: ' planted ', KEDGE_ADMIN_TOKEN: 'admin', KEDGE_SLACK_TOKEN: 'not asked for' }
    expect(loadConfig({ file: folder.file, env }).secrets).toMatchObject({
      forges: [{ credential: { type: 'token', token: 'planted' } }],
      adminToken: 'admin',
      channels: [],
    })
  })

  it('that are missing, empty or no file say where they were looked for, and never fall back', () => {
    expect(faultsOf(github)).toContain('line 2, github: has no credential; looked for app, tokenFile and the variable KEDGE_GITHUB_TOKEN')
    const named =
      'apiVersion: kedge/v1\ngithub: { tokenFile: gone }\nslack: { tokenFile: empty }\n' + 'server: { api: { adminTokenFile: . } }\n'
    expect(faultsOf(named, { empty: ' \n' }, { KEDGE_GITHUB_TOKEN: 'x' })).toEqual([
      expect.stringMatching(/kedge\.yaml has 3 faults$/),
      'line 2, github.tokenFile: "gone" does not exist (looked at DIR/gone)',
      'line 3, slack.tokenFile: "empty" is empty (looked at DIR/empty)',
      'line 4, server.api.adminTokenFile: "." cannot be read, EISDIR (looked at DIR)',
    ])
  })

  it('of a GitHub App may have the key names of an Argo CD Secret', () => {
    const key = anAppKey()
    const app =
      'apiVersion: kedge/v1\ngithub:\n  app: { idFile: githubAppID, installationIdFile: githubAppInstallationID,' +
      ' privateKeyFile: githubAppPrivateKey }\n'
    const files = { githubAppID: '12', githubAppInstallationID: '34\n', githubAppPrivateKey: `${key}\n` }
    using folder = configFolder(app, files)
    expect(loadConfig({ file: folder.file, env: {} }).secrets.forges[0]?.credential).toEqual({
      type: 'app',
      appId: '12',
      installationId: 34,
      privateKey: key,
    })
    expect(faultsOf(app, { ...files, githubAppInstallationID: 'x' })).toContain(
      'line 3, github.app.installationIdFile: does not hold a number',
    )
    expect(faultsOf(app, { ...files, githubAppPrivateKey: key.slice(0, 300) })).toContain(
      'line 3, github.app.privateKeyFile: is no private key in PEM',
    )
    expect(faultsOf('apiVersion: kedge/v1\ngithub: { app: {} }\n')).toHaveLength(3)
  })

  it('for two ways to sign in are refused', () => {
    const both = 'apiVersion: kedge/v1\ngithub: { app: { id: 1 }, tokenFile: t }\nslack: { tokenFile: t, webhookUrlFile: t }\n'
    expect(faultsOf(both, { t: 'x' }).slice(1)).toEqual([
      'line 2, github: has both app and tokenFile; one of them signs in',
      'line 3, slack: has both tokenFile and webhookUrlFile; one of them is used',
    ])
  })
})

it('keys of 0.1.0 work, and are told as old with their lines', () => {
  using folder = configFolder(
    COMPLETE.replace('channel: "#releases"', 'slackChannel: "#releases"').replace(', channels:', ', slackChannels:'),
    COMPLETE_FILES,
  )
  const { config, secrets, warnings } = loadConfig({ file: folder.file, env: {} })
  expect(config.policy).toMatchObject({ defaults: { channel: '#releases' }, allow: { channels: ['#rel-*'] } })
  expect([config.forges[0]?.name, secrets.channels]).toEqual(['github', [{ type: 'token', token: 'planted-slack-token' }]])
  expect(warnings.map(({ path }) => path)).toEqual(['github', 'slack', 'defaults.slackChannel', 'allow.slackChannels'])
  expect(config.warnings[0]).toMatch(/^line \d+, github: is the old place of an entry of `forges` with `type: github`; it still works$/)
})

it('a file in the new form says nothing is old, and takes its secrets from where each entry says', () => {
  const forge = (host: string, file: string) => `{ type: github, apiBaseUrl: "https://${host}/api/v3", tokenFile: ${file} }`
  using folder = configFolder(
    `apiVersion: kedge/v1
forges: [${forge('a.example', 'token')}, ${forge('b.example', 'hook')}]
allow: { repositories: [a.example/x/y, b.example/x/y] }
channels: [{ type: slack, name: ops, tokenFile: slack }]
`,
    COMPLETE_FILES,
  )
  const { config, secrets, warnings } = loadConfig({ file: folder.file, env: {} })
  expect([warnings, config.channels[0]?.name]).toEqual([[], 'ops'])
  expect(secrets.forges.map(({ credential }) => credential)).toEqual([
    { type: 'token', token: 'planted-github-token' },
    { type: 'token', token: 'planted-hook-secret' },
  ])
})

it('a rendering that is wanted where only plain folders are rendered is told', () => {
  const warningsOf = (argocd: string): readonly string[] => {
    using folder = configFolder(`apiVersion: kedge/v1\nrules: [{ set: { proof: rendered } }]\n${argocd}`, { token: 'planted-argocd-token' })
    return loadConfig({ file: folder.file, env: {} }).warnings.map(({ path }) => path)
  }
  expect(warningsOf('')).toEqual(['rules[0].set.proof'])
  expect(warningsOf('argocd: { api: { url: "https://argocd.example", tokenFile: token } }\n')).toEqual([])
})
