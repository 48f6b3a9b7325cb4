import type { Content } from '../../contract/git/origin.ts'
import type { SourceShape } from '../../simulation/application-objects.ts'

export type Files = Readonly<Record<string, Content>>

/** One repository and one Application of it, `shop` at `apps/web` where nothing else is said. */
export interface Layout {
  readonly name: string
  readonly files: Files
  readonly source?: Partial<SourceShape>
  /** Names of this repository for `$name/…` value files. */
  readonly ref?: string
  /** Files of another repository, which is the one that `ref` names then. What is read of it has to be just what is opened. */
  readonly other?: Files
  /** Options of `kustomize build`, as the operator sets them for all. */
  readonly buildOptions?: string
  /** What Kedge calls read, although this tool makes nothing of it: a price that docs/decisions/inputs.md names. */
  readonly besides?: readonly string[]
  /** In whose words it is named, where Kedge cannot follow it. */
  readonly notKnown?: string
}

/** A symbolic link. */
export function link(text: string): Content {
  return { mode: '120000', text }
}

/** A manifest, told apart by its name. */
export function configMap(name: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {name: ${name}}\n`
}

/** A manifest of a kind of its own. */
export const CRD = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: webs.example.com}
spec: {group: example.com, names: {kind: Web, plural: webs}, scope: Namespaced, versions: []}
`

/** A chart's own file. */
export function chart(name: string, rest = ''): string {
  return `apiVersion: v2\nname: ${name}\nversion: 0.1.0\n${rest}`
}

/** Names each of these files. */
export function kustomization(resources: readonly string[], rest = '', kind = 'Kustomization'): string {
  const version = kind === 'Component' ? 'v1alpha1' : 'v1beta1'
  const list = resources.length > 0 ? `resources: [${resources.join(', ')}]\n` : ''
  return `apiVersion: kustomize.config.k8s.io/${version}\nkind: ${kind}\n${list}${rest}`
}

/** These files in a folder. */
export function below(folder: string, files: Files): Files {
  return Object.fromEntries(Object.entries(files).map(([name, content]) => [`${folder}/${name}`, content]))
}

/** A chart in `apps/web` with one template, and these files. */
export function webChart(files: Files = {}, rest = ''): Files {
  return below('apps/web', { 'Chart.yaml': chart('web', rest), 'values.yaml': 'tag: v1\n', 'templates/web.yaml': VALUES, ...files })
}

/** A template that writes out all values. */
const VALUES = `apiVersion: v1
kind: ConfigMap
metadata: {name: web}
data: {values: {{ .Values | toJson | quote }}}
`

/** A template that writes out what a pipeline makes. */
export function template(pipeline: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: made}\ndata: {made: {{ ${pipeline} | toJson | quote }}}\n`
}
