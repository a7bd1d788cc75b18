import { QueryClientProvider } from "@tanstack/react-query";
import { queryClient } from "./queries";
import { Frame } from "./Frame";
import { Routes } from "./Routes";

export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <Frame>
        <Routes />
      </Frame>
    </QueryClientProvider>
  );
}
