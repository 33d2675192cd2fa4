package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"

	"github.com/golang/protobuf/ptypes/wrappers"
	"go.etcd.io/etcd/clientv3"
	"go.etcd.io/etcd/clientv3/naming/endpoints"
	"google.golang.org/grpc"
)

func serve(client *clientv3.Client, target, address, metadata string) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	server := grpc.NewServer()
	server.RegisterService(&grpc.ServiceDesc{
		ServiceName: service,
		HandlerType: (*interface{})(nil),
		Methods:     []grpc.MethodDesc{{MethodName: method, Handler: echo}},
	}, struct{}{})
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()

	deregister, err := register(client, target, listener.Addr().String(), metadata)
	if err != nil {
		return err
	}
	fmt.Println("registered", listener.Addr())
	<-ended()
	if err := deregister(); err != nil {
		return err
	}
	server.GracefulStop()
	return <-served
}

// register does what etcd's documentation shows: a lease that is kept alive, and the key under it.
func register(client *clientv3.Client, target, address, metadata string) (func() error, error) {
	ctx := context.Background()
	endpoint := endpoints.Endpoint{Addr: address}
	if metadata != "" {
		if err := json.Unmarshal([]byte(metadata), &endpoint.Metadata); err != nil {
			return nil, err
		}
	}
	lease, err := client.Grant(ctx, 5)
	if err != nil {
		return nil, err
	}
	alive, err := client.KeepAlive(ctx, lease.ID)
	if err != nil {
		return nil, err
	}
	go func() {
		for range alive {
		}
	}()
	manager, err := endpoints.NewManager(client, target)
	if err != nil {
		return nil, err
	}
	if err := manager.AddEndpoint(ctx, target+"/"+address, endpoint, clientv3.WithLease(lease.ID)); err != nil {
		return nil, err
	}
	return func() error {
		_, err := client.Revoke(ctx, lease.ID)
		return err
	}, nil
}

func echo(_ interface{}, ctx context.Context, decode func(interface{}) error, interceptor grpc.UnaryServerInterceptor) (interface{}, error) {
	request := new(wrappers.StringValue)
	if err := decode(request); err != nil {
		return nil, err
	}
	fmt.Println("called")
	return request, nil
}
