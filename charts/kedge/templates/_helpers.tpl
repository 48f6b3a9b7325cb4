{{- define "kedge.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* 52 characters: the longest name that is made of it ends in "-argocd-cm". */}}
{{- define "kedge.fullname" -}}
{{- $name := include "kedge.name" . -}}
{{- $default := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- default $default .Values.fullnameOverride | trunc 52 | trimSuffix "-" -}}
{{- end -}}

{{- define "kedge.namespace" -}}
{{- default .Release.Namespace .Values.namespaceOverride -}}
{{- end -}}

{{- define "kedge.selectorLabels" -}}
app.kubernetes.io/name: {{ include "kedge.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "kedge.podSelectorLabels" -}}
{{ include "kedge.selectorLabels" . }}
app.kubernetes.io/component: controller
{{- end -}}

{{- define "kedge.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "kedge.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: kedge
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "kedge.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "kedge.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "kedge.image" -}}
{{- $tag := default .Chart.AppVersion .Values.image.tag -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ $tag }}
{{- end -}}
{{- end -}}

{{/* The entry of config.clusters that is this very cluster, as JSON; `{}` without one. */}}
{{- define "kedge.ownCluster" -}}
{{- $own := dict -}}
{{- range .Values.config.clusters -}}
{{- if and (not $own) (or .inCluster (not .kubeconfig)) -}}{{- $own = . -}}{{- end -}}
{{- end -}}
{{- toJson $own -}}
{{- end -}}

{{/* Whether the ledger is in a database elsewhere; empty where it is a file. */}}
{{- define "kedge.onPostgres" -}}
{{- if eq (dig "ledger" "type" "sqlite" .Values.config) "postgres" -}}true{{- end -}}
{{- end -}}

{{/* How many pods there are. */}}
{{- define "kedge.replicas" -}}
{{- if kindIs "string" .Values.replicaCount -}}
{{- ternary 2 1 (eq (include "kedge.onPostgres" .) "true") -}}
{{- else -}}
{{- int .Values.replicaCount -}}
{{- end -}}
{{- end -}}

{{/* Whether data has to outlive the pod. A claim that is named is used in any case. */}}
{{- define "kedge.hasVolume" -}}
{{- if and .Values.persistence.enabled (or .Values.persistence.existingClaim (not (include "kedge.onPostgres" .))) -}}true{{- end -}}
{{- end -}}

{{/* The configuration, with the ledger on the volume and the API under the Service's names, where nothing else is said. */}}
{{- define "kedge.config" -}}
{{- $config := deepCopy .Values.config -}}
{{- if not (include "kedge.onPostgres" .) -}}
{{- $_ := set $config "ledger" (merge (dict) ($config.ledger | default dict) (dict "path" "/var/lib/kedge/ledger.db")) -}}
{{- end -}}
{{- $api := (index ($config.server | default dict) "api") | default dict -}}
{{- if not (hasKey $api "hosts") -}}
{{- $name := include "kedge.fullname" . -}}
{{- $in := printf "%s.%s" $name (include "kedge.namespace" .) -}}
{{- $_ := set $api "hosts" (list $name $in (printf "%s.svc" $in) (printf "%s.svc.cluster.local" $in)) -}}
{{- end -}}
{{- toYaml $config -}}
{{- end -}}

{{/* The keys that hold from the next start on (docs/configuration.md, "Changes without a restart"): only these start the pod anew. */}}
{{- define "kedge.configOfTheStart" -}}
{{- $config := include "kedge.config" . | fromYaml -}}
{{- $start := pick $config "clusters" "alerts" "git" "ledger" "mirrors" "log" "tracing" -}}
{{- $_ := set $start "argocd" (pick ($config.argocd | default dict) "cluster" "namespaces") -}}
{{- range $listener := list "api" "webhooks" -}}
{{- $_ := set $start $listener (pick (index ($config.server | default dict) $listener | default dict) "host" "port") -}}
{{- end -}}
{{- toYaml $start -}}
{{- end -}}

{{/* Said before anything is made: mistakes that a schema cannot see. */}}
{{- define "kedge.validate" -}}
{{- $config := toYaml .Values.config -}}
{{- range $name, $credential := .Values.credentials -}}
{{- if and (contains (printf "/etc/kedge/%s/" $name) $config) (not $credential.existingSecret) -}}
{{- fail (printf "config names a file below /etc/kedge/%s, and credentials.%s.existingSecret names no Secret to mount there" $name $name) -}}
{{- end -}}
{{- end -}}
{{- if and .Values.persistence.existingClaim (gt (int (include "kedge.replicas" .)) 1) -}}
{{- fail "persistence.existingClaim is one volume, and each of several replicas has its own mirrors: leave it empty, or set replicaCount: 1" -}}
{{- end -}}
{{- if and .Values.webhooks.ingress.enabled (not .Values.webhooks.ingress.hostname) -}}
{{- fail "webhooks.ingress.hostname is missing: without it the Ingress would answer for every host" -}}
{{- end -}}
{{- if and .Values.webhooks.httproute.enabled (not .Values.webhooks.httproute.parentRefs) -}}
{{- fail "webhooks.httproute.parentRefs is missing: it names the Gateway" -}}
{{- end -}}
{{- end -}}

{{/* Container, volumes and mounts that the service and the doctor share. */}}
{{- define "kedge.env" -}}
- name: KEDGE_CONFIG
  value: /etc/kedge/config/kedge.yaml
- name: KEDGE_SERVER
  value: http://127.0.0.1:{{ .Values.config.server.api.port }}
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "kedge.volumeMounts" -}}
- name: config
  mountPath: /etc/kedge/config
  readOnly: true
{{- range $name, $credential := .Values.credentials }}
{{- if $credential.existingSecret }}
- name: {{ $name }}-credentials
  mountPath: /etc/kedge/{{ $name }}
  readOnly: true
{{- end }}
{{- end }}
- name: data
  mountPath: /var/lib/kedge
- name: tmp
  mountPath: /tmp
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "kedge.volumes" -}}
- name: config
  configMap:
    name: {{ include "kedge.fullname" . }}
{{- range $name, $credential := .Values.credentials }}
{{- with $credential.existingSecret }}
- name: {{ $name }}-credentials
  secret:
    secretName: {{ . }}
    defaultMode: 0440
{{- end }}
{{- end }}
- name: data
{{- if include "kedge.hasVolume" . }}
  persistentVolumeClaim:
    claimName: {{ default (include "kedge.fullname" .) .Values.persistence.existingClaim }}
{{- else }}
  emptyDir: {}
{{- end }}
- name: tmp
  emptyDir: {}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}
