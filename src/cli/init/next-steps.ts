import { firstRights, firstSecrets, SECRETS_FOLDER, type FirstSecret, type Wishes } from '../../config/first-config.ts'

/** Where the files are that were written, as they are named in commands. */
export interface Written {
  config: string
  values: string
}

/** What is left to a person once the files are there: lines for a terminal, in the order in which they are done. Holds no secret. */
export function nextSteps(wishes: Wishes, { config, values }: Written): readonly string[] {
  const { home } = wishes
  const secrets = firstSecrets(wishes)
  const steps = [
    ...firstRights(wishes).map(({ name, lines }) => [`${name}:`, ...indent(lines)]),
    argocdAccount(wishes),
    ...(secrets.length === 0 ? [] : [secretFiles(secrets, home)]),
    [
      'Next:',
      `  kedge config validate --config ${quoted(config)}`,
      `  kedge doctor --config ${quoted(config)}                     # from this machine, by its kubeconfig; it changes nothing`,
      `  helm install kedge charts/kedge --namespace ${home} --create-namespace --values ${quoted(values)}`,
      `  helm --namespace ${home} test kedge --logs                # the same doctor, under Kedge's own account`,
      ...(wishes.image ? [] : ['  No image is named: build one, and add --set image.repository=… (docs/installation.md).']),
      ...(wishes.mode === 'observe'
        ? [`  Mode observe opens nothing and tells nobody: \`kedge status\`, \`kedge explain\` and the page say what it sees.`]
        : []),
    ],
  ]
  return steps.flatMap((lines, index) => [...(index === 0 ? [] : ['']), `${index + 1}. ${lines[0] ?? ''}`, ...indent(lines.slice(1))])
}

/** The one right that is asked of Argo CD, as its ConfigMaps take it. */
function argocdAccount({ argocd: { namespace, api } }: Wishes): readonly string[] {
  const optional = api === undefined ? ' (only for --argocd-api; without it reverts of Helm and Kustomize are proven by files)' : ''
  return [
    `Argo CD, an account that may read Applications and nothing else${optional}:`,
    `  kubectl -n ${namespace} patch configmap argocd-cm --type merge --patch '{"data":{"accounts.kedge":"apiKey"}}'`,
    `  kubectl -n ${namespace} edit configmap argocd-rbac-cm     # add to data."policy.csv" this line:`,
    '    p, kedge, applications, get, */*, allow',
    `  argocd account generate-token --account kedge${api === undefined ? '' : `    # its token: ${SECRETS_FOLDER}/argocd/apiToken`}`,
  ]
}

function secretFiles(secrets: readonly FirstSecret[], home: string): readonly string[] {
  return [
    `Secrets, in files that you make below ${SECRETS_FOLDER}/ (never in Git), then in the cluster:`,
    `  umask 077; mkdir -p ${secrets.map(({ id }) => `${SECRETS_FOLDER}/${id}`).join(' ')}`,
    ...secrets.flatMap(({ id, files }) =>
      files.map(({ name, holds, madeBy }) =>
        madeBy === undefined ? `  ${SECRETS_FOLDER}/${id}/${name}: ${holds}` : `  ${madeBy} > ${SECRETS_FOLDER}/${id}/${name}   # ${holds}`,
      ),
    ),
    `  kubectl create namespace ${home}`,
    ...secrets.map(({ id, name }) => `  kubectl -n ${home} create secret generic ${name} --from-file=${SECRETS_FOLDER}/${id}`),
  ]
}

function indent(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`)
}

/** A path as a shell takes it. */
function quoted(path: string): string {
  return /^[\w./+@%,:=-]+$/.test(path) && !path.startsWith('-') ? path : `'${path.replaceAll("'", `'\\''`)}'`
}
