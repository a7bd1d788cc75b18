import { type ComponentType, lazy, type LazyExoticComponent, Suspense } from "react";
import { Route, Switch } from "wouter";
import { Machines } from "../pages/machines/Machines";
import { Loading } from "../ui/Loading";
import { named } from "../ui/links";
import { NotFound } from "../pages/NotFound";

type Page = LazyExoticComponent<ComponentType<{ arn: string }>>;

const MachinePage: Page = lazy(() => import("../pages/machine/MachinePage"));
const ExecutionPage: Page = lazy(() => import("../pages/execution/ExecutionPage"));
const MapRunPage: Page = lazy(() => import("../pages/map-run/MapRunPage"));
const FunctionPage: Page = lazy(() => import("../pages/functions/FunctionPage"));
const Studio = lazy(() => import("../pages/studio/StudioPage"));
const Executions = lazy(() => import("../pages/executions/ExecutionsPage"));
const Activities = lazy(() => import("../pages/activities/ActivitiesPage"));
const Functions = lazy(() => import("../pages/functions/FunctionsPage"));
const Inbox = lazy(() => import("../pages/inbox/InboxPage"));
const Metrics = lazy(() => import("../pages/metrics/MetricsPage"));
const Settings = lazy(() => import("../pages/SettingsPage"));

/** `key` begins afresh for another thing of the same kind. */
const of = (Part: Page) =>
  function Of({ params }: { params: { arn: string } }) {
    return <Part key={params.arn} arn={named(params.arn)} />;
  };

const ofMachine = of(MachinePage);
const ofExecution = of(ExecutionPage);
const ofFunction = of(FunctionPage);

export function Routes() {
  return (
    <Suspense fallback={<Loading what="page" />}>
      <Switch>
        <Route path="/" component={Machines} />
        <Route path="/console" component={Machines} />
        <Route path="/console/machines/:arn" component={ofMachine} />
        <Route path="/console/studio/:arn?">
          {(params) => <Studio key={params.arn ?? ""} arn={params.arn ? named(params.arn) : null} />}
        </Route>
        <Route path="/console/executions" component={Executions} />
        <Route path="/console/executions/:arn" component={ofExecution} />
        <Route path="/console/map-runs/*">
          {(params) => {
            const arn = named(params["*"]);
            return <MapRunPage key={arn} arn={arn} />;
          }}
        </Route>
        <Route path="/console/activities" component={Activities} />
        <Route path="/console/functions" component={Functions} />
        <Route path="/console/functions/:arn" component={ofFunction} />
        <Route path="/console/inbox" component={Inbox} />
        <Route path="/console/metrics" component={Metrics} />
        <Route path="/console/settings" component={Settings} />
        <Route component={NotFound} />
      </Switch>
    </Suspense>
  );
}
