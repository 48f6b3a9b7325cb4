import { readFileSync } from 'node:fs'
import { Option } from 'commander'
import { EXIT, type ExitCode } from '../../domain/exit-code.ts'
import { HEALTH_KINDS } from '../../domain/health/kinds.ts'
import type { AddCommand } from '../context.ts'
import { helpWith } from '../options.ts'
import type { CliIo } from '../terminal/io.ts'

/** `kedge argocd-cm` and its flags. */
export const addArgocdCm: AddCommand = (program, context, settle) => {
  program
    .command('argocd-cm')
    .description("the health checks for Argo CD's ConfigMap argocd-cm, ready to apply")
    .addOption(
      new Option('--format <format>', 'for which way of installing Argo CD')
        .choices(['configmap', 'kustomize', 'helm', 'argocd-operator'])
        .default('configmap'),
    )
    .addHelpText(
      'after',
      helpWith([
        'kedge argocd-cm > kedge-health.yaml',
        'kubectl -n argocd patch configmap argocd-cm --type merge --patch-file kedge-health.yaml',
      ]),
    )
    .action(({ format }: { format: string }) => settle(printArgocdCm({ format }, context.io)))
}

export type ArgocdCmFormat = 'configmap' | 'kustomize' | 'helm' | 'argocd-operator'

const LUA_HEALTH = new URL('../../../lua-health/argoproj.io/', import.meta.url)

/**
 * `kedge argocd-cm`: the health checks of lua-health for Argo CD's ConfigMap argocd-cm, ready to apply: as a ConfigMap to merge, as a
 * kustomize patch, as values for the argo-cd chart of argo-helm, or as a patch of the ArgoCD resource, from which the argocd-operator
 * (OpenShift GitOps) writes that ConfigMap anew again and again.
 * @returns 0 printed, 2 unknown format
 */
export async function printArgocdCm(options: { format: string }, io: CliIo): Promise<ExitCode> {
  const form = FORMS.get(options.format)
  if (form === undefined) {
    io.stderr(`kedge: --format ${options.format} is unknown; it is one of ${[...FORMS.keys()].join(', ')}\n`)
    return EXIT.misuse
  }
  const { stringify } = await import('yaml')
  io.stdout(form((value) => stringify(value, { lineWidth: 0 })))
  return EXIT.fine
}

type Yaml = (value: unknown) => string

const FORMS: ReadonlyMap<string, (yaml: Yaml) => string> = new Map<ArgocdCmFormat, (yaml: Yaml) => string>([
  ['configmap', configMap],
  ['kustomize', kustomizePatch],
  ['helm', helmValues],
  ['argocd-operator', operatorPatch],
])

/** One key a kind: argo-cd `util/settings/settings.go` takes `<group>_<Kind>` with exactly one underscore. */
function customizations(): Record<string, string> {
  const entries = HEALTH_KINDS.map((kind) => [`resource.customizations.health.argoproj.io_${kind}`, healthScript(kind)])
  return Object.fromEntries(entries) as Record<string, string>
}

function healthScript(kind: string): string {
  return readFileSync(new URL(`${kind}/health.lua`, LUA_HEALTH), 'utf8')
}

/** The label is what `argocd admin settings` knows the ConfigMap by. */
function configMapObject(): object {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'argocd-cm', labels: { 'app.kubernetes.io/part-of': 'argocd' } },
    data: customizations(),
  }
}

function configMap(yaml: Yaml): string {
  return `# kubectl -n argocd patch configmap argocd-cm --type merge --patch-file THIS_FILE\n${yaml(configMapObject())}`
}

function kustomizePatch(yaml: Yaml): string {
  const patches = [{ target: { version: 'v1', kind: 'ConfigMap', name: 'argocd-cm' }, patch: yaml(configMapObject()) }]
  return `# Add to the kustomization.yaml that installs Argo CD.\n${yaml({ patches })}`
}

function helmValues(yaml: Yaml): string {
  return `# Values for the chart argo-cd of argo-helm\n${yaml({ configs: { cm: customizations() } })}`
}

function operatorPatch(yaml: Yaml): string {
  const resourceHealthChecks = HEALTH_KINDS.map((kind) => ({ group: 'argoproj.io', kind, check: healthScript(kind) }))
  return (
    '# kubectl -n NAMESPACE patch argocds.argoproj.io NAME --type merge --patch-file THIS_FILE\n' +
    '# A merge replaces the whole list: checks that stand in spec.resourceHealthChecks already belong in here, too.\n' +
    yaml({ spec: { resourceHealthChecks } })
  )
}
