import type { KubeObject } from '../kubernetes/object.ts'

/** Where the story's application lives: in the cluster and in Git. */
export const STORY = {
  namespace: 'shop',
  rollout: 'checkout',
  application: 'checkout',
  applicationNamespace: 'argocd',
  repository: 'acme/gitops',
  folder: 'apps/checkout',
  image: 'registry.example/checkout',
  channel: { id: 'C0DEPLOYS', name: 'deploys' },
} as const

/** Secrets of the stand-ins; they open nothing else. */
export const TOKENS = {
  kubernetes: 'simulator-kubernetes-token',
  github: 'simulator-github-token',
  slack: 'simulator-slack-token',
  alerts: 'simulator-alerts-secret',
} as const

/** The Rollout as people keep it in Git: a quarter of the traffic, a pause, an analysis, then half. */
function rolloutManifest(version: string): string {
  return `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata:
  name: ${STORY.rollout}
spec:
  replicas: 4
  selector:
    matchLabels:
      app: ${STORY.rollout}
  template:
    metadata:
      labels:
        app: ${STORY.rollout}
    spec:
      containers:
        - name: main
          image: ${STORY.image}:${version}
  progressDeadlineSeconds: 5
  strategy:
    canary:
      steps:
        - setWeight: 25
        - pause: {duration: 2s}
        - analysis:
            templates:
              - templateName: success-rate
        - setWeight: 50
        - pause: {duration: 2s}
`
}

/** Two of five measurements may not fall below 0.95. */
const ANALYSIS_TEMPLATE = `apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata:
  name: success-rate
spec:
  metrics:
    - name: success-rate
      interval: 1s
      count: 5
      failureLimit: 1
      successCondition: result >= 0.95
      provider:
        web:
          url: http://metrics.example/success-rate?app=${STORY.rollout}
          jsonPath: "{$.value}"
`

/** The repository's first commit: the story's application and another team's. */
export function firstFiles(version: string): Record<string, string> {
  return {
    'README.md': '# What runs where\n',
    [`${STORY.folder}/rollout.yaml`]: rolloutManifest(version),
    [`${STORY.folder}/analysis-template.yaml`]: ANALYSIS_TEMPLATE,
    'apps/search/config.yaml': 'shards: 3\n',
  }
}

/** The Application that brings the folder to the cluster. */
export function applicationManifest(repoURL: string): KubeObject {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: STORY.application, namespace: STORY.applicationNamespace },
    spec: {
      project: 'default',
      source: { repoURL, path: STORY.folder, targetRevision: 'main' },
      destination: { namespace: STORY.namespace, server: 'https://kubernetes.default.svc' },
      syncPolicy: { automated: { prune: true, selfHeal: true } },
    },
  }
}
