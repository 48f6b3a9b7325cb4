import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { runCli } from '../../src/cli/program.ts'
import { healthScript, KINDS } from '../lua/sandbox.ts'
import { createTerminal } from './terminal.ts'

interface ConfigMap {
  kind: string
  metadata: { name: string; labels: Record<string, string> }
  data: Record<string, string>
}

const SCRIPTS = Object.fromEntries(KINDS.map((kind) => [`resource.customizations.health.argoproj.io_${kind}`, healthScript(kind)]))

describe('kedge argocd-cm', () => {
  it('prints a ConfigMap with every script unchanged, known to argocd admin settings by its label', async () => {
    const configMap = parse((await print('configmap')).stdout) as ConfigMap
    expect(configMap.metadata).toEqual({ name: 'argocd-cm', labels: { 'app.kubernetes.io/part-of': 'argocd' } })
    expect(configMap.data).toEqual(SCRIPTS)
  })

  it('prints a kustomize patch of the same ConfigMap', async () => {
    const { patches } = parse((await print('kustomize')).stdout) as { patches: { target: object; patch: string }[] }
    expect(patches.map(({ target }) => target)).toEqual([{ version: 'v1', kind: 'ConfigMap', name: 'argocd-cm' }])
    expect((parse(patches[0]!.patch) as ConfigMap).data).toEqual(SCRIPTS)
  })

  it('prints values for the argo-cd chart, without anything that a chart would take for a template', async () => {
    const { stdout } = await print('helm')
    expect((parse(stdout) as { configs: { cm: object } }).configs.cm).toEqual(SCRIPTS)
    expect(stdout).not.toContain('{{')
  })

  it('prints a patch of the ArgoCD resource for the argocd-operator, with a line that says what a merge replaces', async () => {
    const { stdout } = await print('argocd-operator')
    const checks = KINDS.map((kind) => ({ group: 'argoproj.io', kind, check: healthScript(kind) }))
    expect(parse(stdout)).toEqual({ spec: { resourceHealthChecks: checks } })
    expect(stdout).toMatch(/^# kubectl -n NAMESPACE patch argocds\.argoproj\.io NAME --type merge .+\n# A merge replaces the whole list/)
  })

  it('writes the scripts as readable blocks', async () => {
    const { stdout } = await print('configmap')
    expect(stdout).toContain('  resource.customizations.health.argoproj.io_Rollout: |\n    -- Health of an argoproj.io/Rollout.\n')
  })

  it('exits 2 on a format that it does not know', async () => {
    const { code, stdout, stderr } = await print('toml')
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('Allowed choices are configmap, kustomize, helm, argocd-operator')
  })
})

describe('kedge argocd-cm --links', () => {
  const URL = ['--url', 'https://kedge.example/']

  it('prints the same two texts in every format', async () => {
    const { data } = parse((await print('configmap', '--links', ...URL)).stdout) as ConfigMap
    expect(Object.keys(data)).toEqual(['resource.links', 'application.links'])
    const { configs } = parse((await print('helm', '--links', ...URL)).stdout) as { configs: { cm: object } }
    expect(configs.cm).toEqual(data)
    expect(parse((await print('argocd-operator', '--links', ...URL)).stdout)).toEqual({ spec: { extraConfig: data } })
    const { patches } = parse((await print('kustomize', '--links', ...URL)).stdout) as { patches: { patch: string }[] }
    expect((parse(patches[0]!.patch) as ConfigMap).data).toEqual(data)
  })

  it('escapes everything that it writes into an address, and says what a merge replaces', async () => {
    const { stdout } = await print('configmap', '--links', ...URL)
    const { data } = parse(stdout) as ConfigMap
    const links = Object.values(data).flatMap((text) => parse(text) as { url: string; if: string; title: string }[])
    expect(links.map(({ title }) => title)).toEqual(['Kedge', 'Kedge', 'Kedge'])
    for (const { url, if: condition } of links) {
      expect(url).toMatch(/^https:\/\/kedge\.example\/find\?/)
      for (const [action] of url.matchAll(/\{\{.*?\}\}/g)) expect(action).toMatch(/ \| urlquery \}\}$/)
      expect(condition).toContain('"Rollout"')
    }
    expect(stdout).toContain('# Each of the two keys is one text, and is replaced')
  })

  it('takes the address that the configuration says, and without one exits 2 with what to do', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kedge-links-'))
    const file = join(folder, 'kedge.yaml')
    writeFileSync(file, 'apiVersion: kedge/v1\nserver: { publicUrl: "https://kedge.acme.example" }\n')
    expect((await print('configmap', '--links', '--config', file)).stdout).toContain('https://kedge.acme.example/find?rollout=')
    writeFileSync(file, 'apiVersion: kedge/v1\n')
    expect(await print('configmap', '--links', '--config', file)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('--url'),
    })
    rmSync(folder, { recursive: true })
  })

  it.each([
    'kedge.example',
    'javascript:alert(1)',
    'https://kedge.example/{{.app}}',
    'https://a:b@kedge.example',
    'https://kedge.example/?x=1',
  ])('refuses %s as an address', async (url) => {
    expect(await print('configmap', '--links', '--url', url)).toMatchObject({ code: 2, stdout: '' })
  })
})

describe('kedge argocd-cm --extension', () => {
  interface Printed {
    kind: string
    metadata: { name: string; namespace?: string }
    data: Record<string, string>
    spec: {
      template: { spec: { volumes: object[]; containers: { name: string; volumeMounts: { subPath: string; mountPath: string }[] }[] } }
    }
  }

  it('prints objects that a server-side apply merges into those that Argo CD has, and no more than is needed of each', async () => {
    const { stdout } = await print('configmap', '--extension', '--service', 'http://kedge.tools.svc:8484')
    const objects = parseAllDocuments(stdout).map((document) => document.toJS() as Printed)
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'ConfigMap kedge-argocd-extension',
      'ConfigMap argocd-cm',
      'ConfigMap argocd-cmd-params-cm',
      'Deployment argocd-server',
    ])
    const [script, cm, params, deployment] = objects
    expect(Object.keys(script!.data)).toEqual(['extension-kedge.js'])
    expect(parse(cm!.data['extension.config.kedge']!)).toEqual({
      connectionTimeout: '2s',
      services: [{ url: 'http://kedge.tools.svc:8484' }],
    })
    expect(params!.data).toEqual({ 'server.enable.proxy.extension': 'true' })
    const [container] = deployment!.spec.template.spec.containers
    expect(Object.keys(container!)).toEqual(['name', 'volumeMounts'])
    // What is mounted as a whole folder is links, and argocd-server passes over links.
    expect(container!.volumeMounts).toMatchObject([
      { subPath: 'extension-kedge.js', mountPath: '/tmp/extensions/kedge/extension-kedge.js' },
    ])
    expect(stdout).toContain('p, role:readonly, extensions, invoke, kedge, allow')
  })

  it('prints the same for the argo-cd chart, with the script left to the chart of Kedge', async () => {
    const { configs, server } = parse((await print('helm', '--extension')).stdout) as {
      configs: { cm: object; params: object }
      server: { volumeMounts: object[]; volumes: object[] }
    }
    expect(configs.params).toEqual({ 'server.enable.proxy.extension': true })
    expect(Object.keys(configs.cm)).toEqual(['extension.config.kedge'])
    expect([server.volumes.length, server.volumeMounts.length]).toEqual([1, 1])
  })

  it('exits 2 for what nobody has tried', async () => {
    expect(await print('argocd-operator', '--extension')).toMatchObject({ code: 2, stdout: '' })
    expect(await print('configmap', '--extension', '--service', 'kedge:8484')).toMatchObject({ code: 2, stdout: '' })
  })
})

describe('kedge argocd-cm --notifications', () => {
  const URL = ['--url', 'https://kedge.example']

  it.each(['argo-cd', 'argo-rollouts'])('sends by every trigger of %s a template that it has, which leads to Kedge', async (whose) => {
    const { metadata, data } = parse((await print('configmap', '--notifications', whose, ...URL)).stdout) as ConfigMap
    expect(metadata.name).toMatch(/^argo(?:cd-notifications-cm|-rollouts-notification-configmap)$/)
    const triggers = Object.entries(data).filter(([key]) => key.startsWith('trigger.'))
    const sent = triggers.flatMap(([, text]) => (parse(text) as { send: string[] }[]).flatMap(({ send }) => send))
    expect(sent.map((name) => `template.${name}`)).toEqual(Object.keys(data).filter((key) => key.startsWith('template.')))
    for (const name of sent) {
      const { message, slack, webhook } = parse(data[`template.${name}`]!) as {
        message: string
        slack: { attachments: string }
        webhook: { kedge: { body: string } }
      }
      expect(message).toMatch(/: https:\/\/kedge\.example\/find\?\S+=\{\{ [\w.]+ \| urlquery \}\}/)
      // In JSON everything is made by toJson, in an address by urlquery.
      for (const [action] of `${slack.attachments}${webhook.kedge.body}`.matchAll(/\{\{.*?\}\}/g))
        expect(action).toMatch(/\| (?:toJson|urlquery) \}\}$/)
      expect(`${message}${slack.attachments}`).not.toMatch(/status\.message|conditions/)
    }
  })

  it('exits 2 for an engine that it does not know', async () => {
    expect(await print('configmap', '--notifications', 'flux', ...URL)).toMatchObject({ code: 2, stdout: '' })
  })
})

async function print(format: string, ...more: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const terminal = createTerminal()
  const code = await runCli(['argocd-cm', '--format', format, ...more], terminal)
  return { code, stdout: terminal.out(), stderr: terminal.err() }
}
