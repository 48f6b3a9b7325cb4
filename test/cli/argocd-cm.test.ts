import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { printArgocdCm } from '../../src/cli/commands/argocd-cm.ts'
import { healthScript, KINDS } from '../lua/sandbox.ts'

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
    expect(await print('toml')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'kedge: --format toml is unknown; it is one of configmap, kustomize, helm, argocd-operator\n',
    })
  })
})

async function print(format: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const written = { stdout: '', stderr: '' }
  const io = {
    stdout: (text: string) => void (written.stdout += text),
    stderr: (text: string) => void (written.stderr += text),
    stdin: () => Promise.resolve(''),
  }
  return { code: await printArgocdCm({ format }, io), ...written }
}
