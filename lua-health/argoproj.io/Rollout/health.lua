-- Health of an argoproj.io/Rollout.
--
-- The status is the one that sync waves wait for, so it follows status.phase as the Rollouts controller wrote it.
-- The message leads with what a person needs (which version serves, whether users are hurt), then " — ", then the
-- controller's own message, unchanged. Counts are shown only where the status says them exactly.
--
-- Argo CD runs health scripts without the string, math, os and io libraries unless useOpenLibs is set; this script
-- needs none of them. Nothing in the object is trusted to have the type that the CRD promises: a script that raises
-- an error turns the whole Application Unknown and blocks its syncs.

local MAX_EXACT_INTEGER = 9007199254740991 -- 2^53 - 1; above it numbers in JSON are no longer exact
local NONE = {}

-- Readers: the value when it has the wanted type, else the fallback.

local function tableOf(value)
  if type(value) == "table" then
    return value
  end
  return NONE
end

local function textOf(value)
  if type(value) == "string" and value ~= "" then
    return value
  end
  return nil
end

local function numberOr(value, default)
  if type(value) == "number" then
    return value
  end
  return default
end

local function isExactInteger(value)
  return type(value) == "number" and value % 1 == 0 and value <= MAX_EXACT_INTEGER and value >= -MAX_EXACT_INTEGER
end

-- countOf reads a number of pods, a weight or an index. Missing means zero to the controller (omitempty), so callers
-- write `countOf(x) or 0` where the field is one of those.
local function countOf(value)
  if isExactInteger(value) and value >= 0 then
    return value
  end
  return nil
end

-- generationOf reads a generation, which is a number in metadata and a decimal string in status and annotations. A
-- v0.9 controller wrote a hash there: that is no generation, and neither is anything else but plain decimal digits.
local function generationOf(value)
  if type(value) == "string" then
    local number = tonumber(value)
    if isExactInteger(number) and tostring(number) == value then
      return number
    end
    return nil
  end
  if isExactInteger(value) then
    return value
  end
  return nil
end

local rollout = tableOf(obj)
local metadata = tableOf(rollout.metadata)
local spec = tableOf(rollout.spec)
local strategy = tableOf(spec.strategy)
local isBlueGreen = type(strategy.blueGreen) == "table"
local blueGreen = tableOf(strategy.blueGreen)
local canary = tableOf(strategy.canary)
local isRouted = type(canary.trafficRouting) == "table"
local status = tableOf(rollout.status)
local activeSelector = tableOf(status.blueGreen).activeSelector
local weights = tableOf(tableOf(status.canary).weights)
local conditions = tableOf(status.conditions)
local pause = tableOf(status.pauseConditions)[1]
local stable = textOf(status.stableRS)
local current = textOf(status.currentPodHash)
local hasTwoVersions = stable ~= nil and current ~= nil and stable ~= current

local function health(code, lead, message)
  local own = textOf(message)
  if lead == nil then
    return { status = code, message = own or "" }
  end
  if own == nil then
    return { status = code, message = lead }
  end
  return { status = code, message = lead .. " — " .. own }
end

-- Observed? ----------------------------------------------------------------------------------------------------------

-- A numeric v0.9 hash can be larger than any generation, hence >= instead of ==.
local function isGenerationObserved()
  local observed = generationOf(status.observedGeneration)
  local generation = generationOf(metadata.generation)
  return observed == nil or generation == nil or observed >= generation
end

-- Like the controller: only two readable generations can disagree. The annotation is gone when a tool strips unknown
-- annotations, and the observed one when the referenced workload could not be read; neither must read as Progressing
-- for ever.
local function isWorkloadObserved()
  if spec.workloadRef == nil then
    return true
  end
  local workload = generationOf(tableOf(metadata.annotations)["rollout.argoproj.io/workload-generation"])
  local observed = generationOf(status.workloadObservedGeneration)
  return workload == nil or observed == nil or workload == observed
end

-- Who serves? --------------------------------------------------------------------------------------------------------

local function desiredPods()
  return countOf(spec.replicas) or 1
end

local function availablePods()
  return countOf(status.availableReplicas) or 0
end

-- availableReplicas counts every ReplicaSet of a canary and the active one of a blue-green Rollout.
local function isOutage()
  return desiredPods() > 0 and availablePods() == 0
end

-- newShare says what the new version has: an amount, of how much, and its words. Nil where weights are not known.
local function newShare()
  if not isRouted then
    local updated, all = countOf(status.updatedReplicas) or 0, countOf(status.replicas) or 0
    return updated, all, tostring(updated) .. " of " .. tostring(all) .. " pods"
  end
  local route = tableOf(weights.canary)
  local weight = countOf(route.weight)
  if weight == nil or route.podTemplateHash ~= current then
    return nil, nil, nil
  end
  local whole = countOf(tableOf(canary.trafficRouting).maxTrafficWeight) or 100
  if whole == 100 then
    return weight, whole, tostring(weight) .. "% of the traffic"
  end
  return weight, whole, tostring(weight) .. "/" .. tostring(whole) .. " of the traffic"
end

local function servingTwoVersions()
  if isOutage() then
    return "no serving pod is available, users are hurt; stable is " .. stable
  end
  if isBlueGreen then
    if activeSelector == stable then
      return "stable " .. stable .. " serves, " .. current .. " not yet"
    end
    if activeSelector == current then
      return current .. " serves, stable is still " .. stable
    end
    return "stable is " .. stable
  end
  local amount, whole, share = newShare()
  if amount == nil then
    return current .. " goes out beside stable " .. stable
  end
  if amount == 0 then
    return "stable " .. stable .. " serves, " .. current .. " not yet"
  end
  if amount >= whole then
    return current .. " has " .. share .. ", stable is still " .. stable
  end
  return current .. " has " .. share .. " beside stable " .. stable
end

local function servingOneVersion()
  if current == nil then
    return nil
  end
  -- While pods of another version are left, the counts are not this version's alone.
  if isBlueGreen then
    if activeSelector ~= current then
      return nil
    end
  elseif (countOf(status.replicas) or 0) ~= (countOf(status.updatedReplicas) or 0) then
    return nil
  end
  local desired, available = desiredPods(), availablePods()
  if desired == 0 then
    return "scaled to 0"
  end
  if available == 0 then
    return "no pod of " .. current .. " is available"
  end
  if available < desired then
    return tostring(available) .. " of " .. tostring(desired) .. " pods of " .. current .. " available"
  end
  return current .. " serves"
end

local function serving()
  if hasTwoVersions then
    return servingTwoVersions()
  end
  return servingOneVersion()
end

local function leadServing(lead)
  local who = serving()
  if who == nil then
    return lead
  end
  return lead .. ": " .. who
end

-- Degraded -----------------------------------------------------------------------------------------------------------

-- The controller takes the first of these in list order for its phase, so the same one explains it here.
local function causeOfDegraded()
  for i = 1, #conditions do
    local condition = tableOf(conditions[i])
    if condition.type == "InvalidSpec" then
      return "InvalidSpec"
    end
    if condition.reason == "RolloutAborted" or condition.reason == "ProgressDeadlineExceeded" then
      return condition.reason
    end
  end
  return nil
end

local function stableServes(isCountExact)
  local desired, available = desiredPods(), availablePods()
  local text = "Aborted: stable " .. stable .. " serves"
  if isCountExact and available < desired then
    return text .. " with " .. tostring(available) .. " of " .. tostring(desired) .. " pods available"
  end
  return text
end

local function goingBack(left)
  local text = "Aborted: going back to stable " .. stable
  if left ~= nil then
    text = text .. ", " .. current .. " still has " .. left
  end
  if spec.paused == true then
    text = text .. " (spec.paused holds this up)"
  end
  return text
end

-- An abort is the controller's promise to go back to stable; activeSelector, weights and pods say whether it is kept.
local function abortedTwoVersions()
  if isOutage() then
    return "Aborted, and no serving pod is available, users are hurt: stable is " .. stable
  end
  if isBlueGreen then
    if activeSelector == stable then
      return stableServes(true)
    end
    if activeSelector == current then
      return "Aborted, but " .. current .. " still serves: the active Service has not gone back to stable " .. stable
    end
    return goingBack(nil)
  end
  local amount, _, share = newShare()
  if amount == 0 then
    return stableServes((countOf(status.updatedReplicas) or 0) == 0)
  end
  return goingBack(share)
end

local function degradedLead()
  local cause = causeOfDegraded()
  if cause == "InvalidSpec" then
    if stable == nil then
      return "Invalid spec: nothing is rolled out"
    end
    return "Invalid spec: not rolled out, stable " .. stable .. " is as it was"
  end
  if status.promoteFull == true and (status.abort == true or cause == "RolloutAborted") then
    return leadServing("Full promotion asked for, not carried out yet")
  end
  if status.abort == true then
    if status.abortedAt == nil and cause ~= "RolloutAborted" then
      return leadServing("Abort asked for, not carried out yet")
    end
    if hasTwoVersions then
      return abortedTwoVersions() .. "; Git still wants " .. current
    end
    return leadServing("Aborted")
  end
  if cause == "RolloutAborted" then
    return leadServing("Retry asked for, not carried out yet")
  end
  if cause == "ProgressDeadlineExceeded" then
    if hasTwoVersions then
      return leadServing("Stuck, not aborted")
    end
    return leadServing("Stuck, with no other version to go back to")
  end
  return nil
end

-- Paused -------------------------------------------------------------------------------------------------------------

local function stepWords(preposition)
  local index, total = countOf(status.currentStepIndex), #tableOf(canary.steps)
  if isBlueGreen or index == nil or index >= total then
    return ""
  end
  return preposition .. "step " .. tostring(index + 1) .. " of " .. tostring(total)
end

local function currentPauseStep()
  return tableOf(tableOf(tableOf(canary.steps)[(countOf(status.currentStepIndex) or 0) + 1]).pause)
end

-- A duration is "10m" or a number of seconds.
local function howLong(duration)
  if countOf(duration) ~= nil then
    return " for " .. tostring(duration) .. "s"
  end
  if textOf(duration) ~= nil then
    return " for " .. duration
  end
  return " until someone promotes it"
end

local function pauseWords()
  local reason = tableOf(pause).reason
  if spec.paused == true then
    return "Paused by hand (spec.paused)"
  end
  if reason == "CanaryPauseStep" then
    return "Paused" .. stepWords(" at ") .. howLong(currentPauseStep().duration)
  end
  if reason == "BlueGreenPause" then
    return "Paused before promotion" .. howLong(blueGreen.autoPromotionSeconds)
  end
  if reason == "InconclusiveAnalysisRun" then
    return "Paused" .. stepWords(" at ") .. ", analysis inconclusive, someone must promote or abort"
  end
  if reason == "InconclusiveExperiment" then
    return "Paused" .. stepWords(" at ") .. ", experiment inconclusive, someone must promote or abort"
  end
  return "Paused"
end

local function pausedLead()
  if status.abort == true and status.abortedAt == nil then
    return leadServing("Abort asked for, not carried out yet")
  end
  if status.promoteFull == true then
    return leadServing("Full promotion asked for, not carried out yet")
  end
  local since = textOf(tableOf(pause).startTime)
  if since == nil or spec.paused == true then
    return leadServing(pauseWords())
  end
  return leadServing(pauseWords() .. ", since " .. since)
end

-- controllerPause outlives the pause conditions that a user cleared, until the controller has acted on it.
local function isResuming()
  return status.controllerPause == true and pause == nil
end

-- Progressing --------------------------------------------------------------------------------------------------------

-- What keeps pods from being made; the phase stays Progressing until the deadline.
local function blocker()
  for i = 1, #conditions do
    local condition = tableOf(conditions[i])
    if condition.type == "ReplicaFailure" and condition.status == "True" then
      return "pods cannot be created", textOf(condition.message)
    end
    if condition.type == "Progressing" and condition.reason == "ReplicaSetCreateError" then
      return "the ReplicaSet cannot be created", textOf(condition.message)
    end
  end
  return nil, nil
end

local function isRetry()
  for i = 1, #conditions do
    if tableOf(conditions[i]).reason == "RolloutRetry" then
      return true
    end
  end
  return false
end

-- With dynamicStableScale a Rollout that goes back to stable in mid-update still routes to the version it leaves.
local function leavingVersion()
  local route = tableOf(weights.canary)
  local weight = countOf(route.weight) or 0
  local hash = textOf(route.podTemplateHash)
  if isRouted and weight > 0 and hash ~= nil and hash ~= current then
    return hash
  end
  return nil
end

local function progressingOneVersion()
  local leaving = leavingVersion()
  if leaving ~= nil and current ~= nil then
    return "Going back to " .. current .. ": " .. leaving .. " still gets traffic"
  end
  return servingOneVersion()
end

local function progressingLead()
  local what, why = blocker()
  if what ~= nil then
    return leadServing("Blocked, " .. what .. (why and " (" .. why .. ")" or ""))
  end
  if status.abort == true and status.abortedAt == nil then
    return leadServing("Abort asked for, not carried out yet")
  end
  if not hasTwoVersions then
    return progressingOneVersion()
  end
  if status.promoteFull == true then
    return leadServing("Promoting in full")
  end
  if isRetry() then
    return leadServing("Retrying") .. stepWords(", ")
  end
  return leadServing("Releasing") .. stepWords(", ")
end

local function notObserved(observed, generation)
  local detail = ""
  if observed ~= nil and generation ~= nil then
    detail = " (generation " .. tostring(generation) .. ", observed " .. tostring(observed) .. ")"
  end
  return health("Progressing", "Waiting for rollout spec update to be observed" .. detail, nil)
end

-- Rollouts <= 0.10, which wrote no phase -----------------------------------------------------------------------------

-- v0.8 moved status.canary.stableRS to status.stableRS.
local function legacyStable()
  if status.stableRS ~= nil then
    return status.stableRS
  end
  if status.canary ~= nil then
    return tableOf(status.canary).stableRS
  end
  return ""
end

local function legacyDegraded()
  for i = 1, #conditions do
    local condition = tableOf(conditions[i])
    local isFailed = condition.type == "Progressing"
      and (condition.reason == "RolloutAborted" or condition.reason == "ProgressDeadlineExceeded")
    if condition.type == "InvalidSpec" or isFailed then
      return health("Degraded", degradedLead(), condition.message)
    end
  end
  return nil
end

local function legacyProgress()
  local updated = numberOr(status.updatedReplicas, 0)
  if updated < numberOr(spec.replicas, 1) then
    return "Waiting for roll out to finish: More replicas need to be updated"
  end
  if numberOr(status.availableReplicas, 0) < updated then
    return "Waiting for roll out to finish: updated replicas are still becoming available"
  end
  local stableRS = legacyStable()
  if isBlueGreen then
    if activeSelector ~= status.currentPodHash then
      return "active service cutover pending"
    end
    -- v0.7 wrote no stableRS for blue-green.
    if stableRS ~= "" and stableRS ~= status.currentPodHash then
      return "waiting for analysis to complete"
    end
  elseif type(strategy.canary) == "table" then
    if numberOr(status.replicas, 0) > updated then
      return "Waiting for roll out to finish: old replicas are pending termination"
    end
    if stableRS == "" or stableRS ~= status.currentPodHash then
      return "Waiting for rollout to finish steps"
    end
  end
  return nil
end

local function legacyHealth()
  local degraded = legacyDegraded()
  if degraded ~= nil then
    return degraded
  end
  if pause ~= nil or spec.paused == true then
    return health("Suspended", pausedLead(), "Rollout is paused")
  end
  if status.currentPodHash == nil then
    return health("Progressing", nil, "Waiting for rollout to finish: status has not been reconciled.")
  end
  local waiting = legacyProgress()
  if waiting ~= nil then
    return health("Progressing", progressingLead(), waiting)
  end
  return health("Healthy", nil, nil)
end

-- Verdict ------------------------------------------------------------------------------------------------------------

local function modernHealth()
  local phase, message = status.phase, status.message
  if phase == "Healthy" then
    return health("Healthy", nil, message)
  end
  if phase == "Degraded" then
    return health("Degraded", degradedLead(), message)
  end
  if phase == "Progressing" then
    return health("Progressing", progressingLead(), message)
  end
  if phase == "Paused" then
    if isResuming() then
      return health("Progressing", leadServing("Resuming, the pause is over"), message)
    end
    return health("Suspended", pausedLead(), message)
  end
  local name = textOf(phase)
  if name == nil then
    return health("Unknown", "The phase in the status is not text", message)
  end
  return health("Unknown", 'Unknown phase "' .. name .. '"', message)
end

if type(rollout.status) ~= "table" or not isGenerationObserved() then
  return notObserved(generationOf(status.observedGeneration), generationOf(metadata.generation))
end
if not isWorkloadObserved() then
  return notObserved(
    generationOf(status.workloadObservedGeneration),
    generationOf(tableOf(metadata.annotations)["rollout.argoproj.io/workload-generation"])
  )
end
if status.phase == nil or status.phase == "" then
  return legacyHealth()
end
return modernHealth()
