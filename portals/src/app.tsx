import { lazy, Suspense } from "react";
import { Route, Router, Switch } from "wouter";
import { base } from "./configuration.ts";
import { language } from "./language.ts";
import { Layout } from "./layout.tsx";
import { useObserved } from "./observed.ts";
import { Calendar } from "./pages/calendar/calendar.tsx";
import { Event } from "./pages/calendar/event.tsx";
import { Home } from "./pages/home/home.tsx";
import { Project } from "./pages/projects/project.tsx";
import { Projects } from "./pages/projects/projects.tsx";
import { Missing, NothingHere } from "./ui/states.tsx";

// What a visitor may open first is in the first file; the rest comes when it is opened.
const EditProject = lazy(async () => ({ default: (await import("./pages/projects/edit-project.tsx")).EditProject }));
const Institutions = lazy(async () => ({ default: (await import("./pages/institutions/institutions.tsx")).Institutions }));
const Mentors = lazy(async () => ({ default: (await import("./pages/mentors/mentors.tsx")).Mentors }));
const Mentor = lazy(async () => ({ default: (await import("./pages/mentors/mentor.tsx")).Mentor }));
const Desk = lazy(async () => ({ default: (await import("./pages/desk/desk.tsx")).Desk }));
const CheckIn = lazy(async () => ({ default: (await import("./pages/desk/check-in.tsx")).CheckIn }));
const Me = lazy(async () => ({ default: (await import("./pages/me/me.tsx")).Me }));
const SignIn = lazy(async () => ({ default: (await import("./pages/sign-in/sign-in.tsx")).SignIn }));
const Callback = lazy(async () => ({ default: (await import("./pages/sign-in/callback.tsx")).Callback }));

export function App() {
  useObserved(language);
  return (
    <Router base={base}>
      <Layout>
        <Suspense fallback={<Missing result={{}} />}>
          <Switch>
            <Route path="/" component={Home} />
            <Route path="/projects" component={Projects} />
            <Route path="/projects/:slug" component={Project} />
            <Route path="/projects/:slug/edit" component={EditProject} />
            <Route path="/calendar" component={Calendar} />
            <Route path="/calendar/:slug" component={Event} />
            <Route path="/institutions" component={Institutions} />
            <Route path="/mentors" component={Mentors} />
            <Route path="/mentors/:id" component={Mentor} />
            <Route path="/desk" component={Desk} />
            <Route path="/desk/check-in/:slug" component={CheckIn} />
            <Route path="/me" component={Me} />
            <Route path="/sign-in" component={SignIn} />
            <Route path="/sign-in/callback" component={Callback} />
            <Route component={NothingHere} />
          </Switch>
        </Suspense>
      </Layout>
    </Router>
  );
}
