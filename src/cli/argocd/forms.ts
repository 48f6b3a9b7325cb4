/** What is written into Argo CD's configuration, however that is installed. */
export interface ArgocdEntries {
  /** Keys of the ConfigMap `argocd-cm`. */
  readonly cm: Readonly<Record<string, string>>
  /** The part of an ArgoCD resource from which the argocd-operator writes the same. */
  readonly operator: object
  /** What whoever merges it has to know. */
  readonly note?: string
  /** The same for the ArgoCD resource, where that differs. */
  readonly operatorNote?: string
}

type Yaml = (value: unknown) => string

/** By way of installing Argo CD: a ConfigMap to merge, a kustomize patch, values of argo-helm's chart, a patch of the ArgoCD resource. */
export const ARGOCD_FORMATS = ['configmap', 'kustomize', 'helm', 'argocd-operator'] as const
export type ArgocdFormat = (typeof ARGOCD_FORMATS)[number]

/** The text of a file that brings the entries into Argo CD, with a first line that says how. */
export function spellFor(format: ArgocdFormat, entries: ArgocdEntries, yaml: Yaml): string {
  return FORMS[format](entries, yaml)
}

const FORMS: Readonly<Record<ArgocdFormat, (entries: ArgocdEntries, yaml: Yaml) => string>> = {
  configmap: ({ cm, note }, yaml) =>
    `# kubectl -n argocd patch configmap argocd-cm --type merge --patch-file THIS_FILE\n${comment(note)}${yaml(configMap(cm))}`,
  kustomize: ({ cm, note }, yaml) => {
    const patches = [{ target: { version: 'v1', kind: 'ConfigMap', name: 'argocd-cm' }, patch: yaml(configMap(cm)) }]
    return `# Add to the kustomization.yaml that installs Argo CD.\n${comment(note)}${yaml({ patches })}`
  },
  helm: ({ cm, note }, yaml) => `# Values for the chart argo-cd of argo-helm\n${comment(note)}${yaml({ configs: { cm } })}`,
  'argocd-operator': ({ operator: spec, note, operatorNote = note }, yaml) =>
    `# kubectl -n NAMESPACE patch argocds.argoproj.io NAME --type merge --patch-file THIS_FILE\n${comment(operatorNote)}${yaml({ spec })}`,
}

/** The label is what `argocd admin settings` knows the ConfigMap by. */
function configMap(data: Readonly<Record<string, string>>): object {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'argocd-cm', labels: { 'app.kubernetes.io/part-of': 'argocd' } },
    data,
  }
}

function comment(note: string | undefined): string {
  return note === undefined ? '' : note.replaceAll(/^/gm, '# ').concat('\n')
}
